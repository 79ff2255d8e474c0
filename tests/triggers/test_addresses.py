"""What the backend answers names local addresses, and they are answered."""

from typing import Any

import httpx
from triggers.conftest import Application


def test_all_that_tells_an_address_tells_the_local_one(application: Application) -> None:
    url = f"{here(application)}/_urls/OnCall/"
    functions, name = application.client("lambda"), application.id_of("OnCall")
    told = outputs(application)
    assert {name: told[name] for name in ("Api", "HttpApi", "Url")} == {
        "Api": f"{here(application)}/",
        "HttpApi": here(application),
        "Url": url,
    }
    exports = application.client("cloudformation").list_exports()["Exports"]
    assert [one["Value"] for one in exports if one["Name"] == "shop-url"] == [url]
    (configured,) = functions.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
    asked = functions.get_function_url_config(FunctionName=name, Qualifier="live")
    assert (configured["FunctionUrl"], asked["FunctionUrl"]) == (url, url)
    caller = functions.get_function_configuration(FunctionName=application.id_of("Caller"))
    assert caller["Environment"]["Variables"]["URL"] == url
    parameter = application.client("ssm").get_parameter(Name=application.id_of("Parameter"))
    assert parameter["Parameter"]["Value"] == url
    apis = application.client("apigatewayv2").get_apis()["Items"]
    assert {api["ProtocolType"]: api["ApiEndpoint"] for api in apis} == {
        "HTTP": here(application),
        "WEBSOCKET": f"{here(application)}/_ws/Chat",
    }


def test_they_are_answered(application: Application) -> None:
    found: dict[str, Any] = outputs(application)
    for address in (f"{found['Api']}call", f"{found['HttpApi']}/call-http", found["Url"]):
        assert httpx.get(address, timeout=30).json()["version"]


def here(application: Application) -> str:
    return f"http://localhost:{httpx.URL(application.stack.url).port}"


def outputs(application: Application) -> dict[str, Any]:
    (stack,) = application.client("cloudformation").describe_stacks(StackName="shop")["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
