"""The operations and the tables of their fields."""


def check(operation: str, body: object) -> None:
    """Check a request's JSON types, constraints, and fields against each other; it is not changed.

    Raises:
        DynamoDBError: SerializationException for a JSON type (dynamodb.md part 3),
            ValidationException for constraints (part 4) and what excludes each other (part 9).
    """
    raise NotImplementedError
