"""How `visitplannr --help` groups the commands."""

_PANELS = {
    "Run": ("up", "start-api", "start-lambda", "stop", "status", "env", "reset", "state"),
    "Call": ("invoke", "event", "test-invoke"),
    "Look": ("logs", "items", "resources", "outputs", "permissions"),
    "Begin, check and ship": ("init", "validate", "deploy", "delete"),
}


def panel_of(command: str) -> str | None:
    """Name the group of a command; None for one that is not shown."""
    return next((panel for panel, names in _PANELS.items() if command in names), None)
