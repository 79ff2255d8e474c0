"""What can go wrong with a stack, in one line."""


class DeploymentError(Exception):
    """The backend refused something; the message has what, and why."""


class NotApprovedError(DeploymentError):
    """The changes were not approved, so the stack is as it was."""
