"""Limits that REST and HTTP APIs share (AWS's quotas for API Gateway)."""

from visitplannr.gateway.request import Request

HEAD_LIMIT = 10_240
BODY_LIMIT = 10_485_760


def head_size(request: Request) -> int:
    """Count the bytes of request line and headers as AWS does (api-gateway.md X19)."""
    headers = sum(len(name) + len(value) + 4 for name, value in request.headers)
    return headers + len(request.method) + len(request.path) + len(request.query)
