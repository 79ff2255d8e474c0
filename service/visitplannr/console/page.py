"""The page at `/_local/`: one template, its style and its scripts."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from visitplannr.console.console import Console
from visitplannr.console.overview import overview

_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(console: Console) -> APIRouter:
    """Serve it, and the description of the stack that it draws."""
    router = APIRouter(prefix="/_local")

    @router.get("/")
    def document() -> HTMLResponse:
        return HTMLResponse(_render(console), headers=_HEADERS)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        file = _HERE / "static" / name
        if file.suffix not in _TYPES or not file.is_file():
            raise HTTPException(404, f"there is no file {name}")
        return Response(file.read_bytes(), headers=_HEADERS, media_type=_TYPES[file.suffix])

    @router.get("/overview")
    def stack() -> dict[str, Any]:
        return {
            **overview(
                console.application,
                console.permissions,
                console.served.folder,
                secrets=console.secrets,
            ),
            "endpointUrl": console.endpoint_url,
            "port": console.served.port,
        }

    return router


def _render(console: Console) -> str:
    return str(_environment().get_template("page.html").render(application=console.application))


@cache
def _environment() -> Any:
    """Make Jinja2's environment when the page is first asked for: its import takes a while."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415 - off the path of the start

    return Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
