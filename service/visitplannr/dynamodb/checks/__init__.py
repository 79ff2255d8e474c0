"""What AWS checks of a request before it looks at any table."""

from visitplannr.dynamodb.checks.operations import check

__all__ = ["check"]
