"""Which template is meant if none is named: the one that SAM CLI takes, too."""

from pathlib import Path

NAMES = ("template.yaml", "template.yml", "template.json")
_SYNTHESISED = "cdk.out/*.template.json"


def default_template(folder: Path = Path()) -> Path:
    """Find the template of a folder; the first name, if there is none."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), folder / NAMES[0])


def hint(folder: Path) -> str:
    """Say what to do where a template is not: the CDK's is named, if there is one."""
    found = sorted(path.relative_to(folder) for path in folder.glob(_SYNTHESISED))
    return f"; name a template with --template{f', e.g. {found[0]}' if found else ''}"
