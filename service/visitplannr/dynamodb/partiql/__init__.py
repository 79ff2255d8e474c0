"""PartiQL's four plain statements, put into the words of DynamoDB's own operations."""

from visitplannr.dynamodb.partiql.statements import Statement, parse

__all__ = ["Statement", "parse"]
