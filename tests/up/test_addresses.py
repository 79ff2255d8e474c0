"""Where the running stack says it is."""

import httpx
import pytest
from fastapi import FastAPI
from visitplannr.model.application import Application, FunctionUrl, HttpApi, RestApi
from visitplannr.up.addresses import base_url
from visitplannr.up.local_app import addresses_router
from visitplannr.up.report import Addresses, summary

HERE = "http://localhost:8000"
APIS = (
    FunctionUrl("Fn", "xyz", "1", "$default", {"paths": {"$default": {"get": {}}}}, {}),
    RestApi("Rest", "abc", "1", "Prod", {}, {}),
    HttpApi("Http", "def", "1", "$default", {}, {}),
)
APPLICATION = Application("stack", "eu-west-1", "1", (), APIS, (), {"Name": "value"})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", HERE),
        ("0.0.0.0", HERE),
        ("::1", HERE),
        ("localhost", HERE),
        ("box.example", "http://box.example:8000"),
        ("fd00::1", "http://[fd00::1]:8000"),
    ],
)
def test_this_machine_is_called_localhost(host: str, url: str) -> None:
    assert base_url(host, 8000) == url


async def test_urls_and_outputs_are_served() -> None:
    app = FastAPI()
    app.include_router(addresses_router(APPLICATION, HERE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        assert (await client.get("/_local/urls")).json() == {
            "apis": {"Rest": HERE, "Http": HERE},
            "functions": {"Fn": f"{HERE}/_urls/Fn/"},
        }
        assert (await client.get("/_local/outputs")).json() == {"Name": "value"}


def test_function_urls_and_outputs_are_printed() -> None:
    at = Addresses("http://127.0.0.1:8000", HERE, "http://backend", f"{HERE}/_local/")
    lines = list(summary(APPLICATION, at, {"Other": "there is no app.py"}))
    assert lines[lines.index("Function URLs") + 1] == f"  Fn  {HERE}/_urls/Fn/"
    assert "$default" not in "".join(lines)
    assert lines[lines.index("Outputs") + 1] == "  Name  value"
    assert lines[lines.index("Functions that cannot run") + 1] == "  Other  there is no app.py"
    assert lines[-1] == f"  curl -i {HERE}/_urls/Fn/"
