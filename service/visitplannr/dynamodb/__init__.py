"""DynamoDB: checks, expressions, storage, streams, wire; a package on its own, which imports nothing of ours."""
