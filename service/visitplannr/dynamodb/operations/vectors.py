"""Vector indexes, which are refused."""

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call


def no_vectors() -> DynamoDBError:
    return validation("Vector indexes are not supported here")


def search_vectors(call: Call) -> Answer:
    call.table(call.body["TableName"])
    raise no_vectors()
