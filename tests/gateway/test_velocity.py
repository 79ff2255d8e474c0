"""Mapping templates: what Velocity gives with `$input`, `$util`, `$context` (X60 to X62)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_json import documents
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.template_variables import TemplateVariables

EVENT: dict[str, Any] = {
    "requestContext": {
        "stage": "dev",
        "identity": {"sourceIp": "1.2.3.4", "apiKey": None},
        "authorizer": {"claims": {"sub": "ada"}},
    },
    "stageVariables": {"colour": "blue"},
    "pathParameters": {"id": "7", "both": "of the path"},
    "queryStringParameters": {"page": "2", "both": "of the query"},
    "headers": {"X-Name": "O'Hara", "both": "of the headers"},
}
BODY = '{"name": "Ada", "age": 7, "tags": ["a", "b"], "in": {"deep": true}, "none": null}'


def rendered(template: str, body: str = BODY) -> str:
    return TemplateVariables(EVENT).rendered(template, body)


TEMPLATES: list[Any] = [
    pytest.param("plain", "plain", id="text"),
    pytest.param("$input.body", BODY, id="the body"),
    pytest.param("$input.json('$.in')", '{"deep":true}', id="JSON"),
    pytest.param("$input.json('$.name')", '"Ada"', id="a text is JSON"),
    pytest.param("$input.json('$.missing')", '""', id="nothing is an empty text"),
    pytest.param("$input.path('$.name')", "Ada", id="a path"),
    pytest.param("[$input.path('$.missing')]", "[]", id="a path to nothing"),
    pytest.param("$input.path('$.tags')", '["a","b"]', id="a list is written as JSON"),
    pytest.param("$input.path('$.in')", "{deep=true}", id="a map as Java does"),
    pytest.param("$input.path('$').in.deep $input.path('$').age", "true 7", id="members"),
    pytest.param("$input.path('$.tags').size()", "2", id="size"),
    pytest.param("$input.params('id') $input.params('page')", "7 2", id="parameters"),
    pytest.param("$input.params('both')", "of the path", id="the path goes first"),
    pytest.param("$input.params('x-name')", "O'Hara", id="a header in any casing"),
    pytest.param("[$input.params('nobody')]", "[]", id="no such parameter"),
    pytest.param("$input.params().querystring.get('both')", "of the query", id="of one place"),
    pytest.param(
        "#foreach($k in $input.params().path.keySet())$k;#end", "id;both;", id="keys of a place"
    ),
    pytest.param(
        "#foreach($t in $input.path('$.tags'))$t#if($foreach.hasNext),#end#end", "a,b", id="a loop"
    ),
    pytest.param("#set($x = $input.path('$.age') + 1)$x", "8", id="a sum"),
    pytest.param('#if($input.path("$.missing") == "")no#{else}yes#end', "no", id="a guard"),
    pytest.param("#if($input.path('$.in').deep)yes#end", "yes", id="a truth"),
    pytest.param("#set($m = {})$m.put('a', 1)#set($m.b = 2)$m.size()", "2", id="a map"),
    pytest.param("#set($l = [])#set($ok = $l.add('x'))$l.get(0)$ok", "xtrue", id="a list"),
    pytest.param("$util.escapeJavaScript($input.params('X-Name'))", "O\\'Hara", id="escaped"),
    pytest.param("$util.urlEncode('a b&c')$util.urlDecode('a+b%26')", "a+b%26ca b&", id="of URLs"),
    pytest.param("$util.base64Decode($util.base64Encode('ä'))", "ä", id="base64"),
    pytest.param("$util.parseJson('{\"a\": [1]}').a[0]", "1", id="parsed"),
    pytest.param("$context.stage $context.identity.sourceIp", "dev 1.2.3.4", id="the context"),
    pytest.param("$context.authorizer.claims.sub", "ada", id="a claim"),
    pytest.param("[$context.authorizer.nothing.at.all]", "[]", id="nothing in the context"),
    pytest.param("$stageVariables.colour ${stageVariables.colour}", "blue blue", id="variables"),
    pytest.param("$stageVariables.get('colour').toUpperCase()", "BLUE", id="a method of text"),
    pytest.param("## a remark\nrest", "rest", id="a remark"),
    pytest.param("$input.params('X-Name').replaceAll(\"'\", '')", "OHara", id="replaced"),
]


@pytest.mark.parametrize(("template", "text"), TEMPLATES)
def test_x60_x61_x62_templates(template: str, text: str) -> None:
    assert rendered(template) == text


def test_x61_an_empty_body_is_an_empty_object() -> None:
    assert rendered("$input.body $input.json('$')", "") == "{} {}"


def test_x61_a_body_that_is_no_json_is_refused_where_it_is_read() -> None:
    assert rendered("$input.body", "words") == "words"
    with pytest.raises(GatewayError, match="Could not parse request body into json") as error:
        rendered("$input.json('$.a')", "words")
    assert error.value.response is GatewayResponse.BAD_REQUEST_BODY


@pytest.mark.parametrize("template", ["#if($a)", "#foreach($x in 3)$x#end", "$input.path('no')"])
def test_x60_a_template_that_cannot_be_evaluated_is_a_fault_of_the_api(template: str) -> None:
    with pytest.raises(GatewayError, match="the mapping template cannot be evaluated") as error:
        rendered(template)
    assert error.value.response is GatewayResponse.API_CONFIGURATION_ERROR


@pytest.mark.parametrize(
    ("template", "direction", "place", "found"),
    [
        ('#set($context.requestOverride.header.X = "1")', "requestOverride", "header", {"X": "1"}),
        ("$input.body", "requestOverride", "header", {}),
        (
            '#set($context.responseOverride.header.Y = "2")',
            "responseOverride",
            "header",
            {"Y": "2"},
        ),
    ],
)
def test_x62_what_a_template_overrides(
    template: str, direction: str, place: str, found: dict[str, str]
) -> None:
    variables = TemplateVariables(EVENT)
    variables.rendered(template, BODY)
    assert variables.override(direction, place) == found


@given(st.text(alphabet=st.characters(blacklist_characters="$#\\", blacklist_categories=["Cs"])))
def test_text_without_directives_is_written_as_it_is(text: str) -> None:
    assert rendered(text) == text


JSON = documents(st.booleans() | st.integers() | st.text(), names=st.text())


@given(JSON)
def test_json_passes_a_template_unchanged(value: Any) -> None:
    body = json.dumps(value)
    assert json.loads(rendered("$input.json('$')", body) or '""') == value


@given(st.text())
def test_escaped_text_is_the_same_in_json_without_single_quotes(text: str) -> None:
    escaped = rendered("$util.escapeJavaScript($input.path('$'))", json.dumps(text))
    assert json.loads(f'"{escaped}"'.replace("\\'", "'")) == text
