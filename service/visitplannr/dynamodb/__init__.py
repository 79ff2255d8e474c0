"""DynamoDB: checks, expressions, storage, streams, wire; it imports nothing else of ours."""
