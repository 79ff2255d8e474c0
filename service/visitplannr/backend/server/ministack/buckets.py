"""The CORS configurations of S3's buckets, which the guard asks."""

from collections.abc import Mapping

from visitplannr.backend.server.guard import Preflight, Target
from visitplannr.backend.server.ministack.seams import find_seam


class Buckets:
    """Tells requests to S3 from others, and what pages may do there (`guard.S3Cors`)."""

    def target(self, method: str, path: str, headers: Mapping[str, str]) -> Target | None:
        """Give bucket and key, if the request is one to S3 and the bucket is there."""
        if find_seam("core.router.detect_service")(method, path, dict(headers), {}) != "s3":
            return None
        found: Target | None = find_seam("app._s3_cors_target")(headers.get("host", ""), path)
        return found

    def preflight(self, target: Target, headers: Mapping[str, str]) -> Preflight:
        """Answer an OPTIONS request."""
        return Preflight(*find_seam("services.s3.cors_preflight")(*target, dict(headers)))

    def allowed(self, target: Target, method: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Give the headers that let a page read the answer, if any."""
        asked = find_seam("services.s3.cors_response_headers")
        found: Mapping[str, str] = asked(target[0], method, dict(headers))
        return found
