"""What is given for a template: flags, samconfig, environment variables, a seed; which wins."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.application import Application, Function
from visitplannr.template.env_vars import EnvVars, read_env_vars
from visitplannr.template.inputs import Inputs
from visitplannr.template.problems import TemplateError
from visitplannr.template.seed import SsmParameter, read_seed

TEMPLATE = {
    "Parameters": {
        "A": {"Type": "String", "Default": "default"},
        "B": {"Type": "String", "Default": "default"},
        "Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"},
    },
    "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
}
TOML = """
version = 0.1
[default.global.parameters]
parameter_overrides = "A=global B=global"
[default.deploy.parameters]
parameter_overrides = ["A=deploy"]
[default.local_start_api.parameters]
parameter_overrides = "A=api"
env_vars = "env.json"
[default.up.parameters]
parameter_overrides = "A=up"
[prod.deploy.parameters]
parameter_overrides = "A=\\"prod uction\\""
[odd]
deploy = 5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    (tmp_path / "env.json").write_text('{"Parameters": {"X": 1}}')
    return tmp_path


def inputs(folder: Path, command: str = "up", **given: Any) -> Inputs:
    return Inputs(folder / "template.json", command, **given)


SECTIONS: list[Any] = [
    ("up", {}, {"A": "up", "B": "global"}),
    ("validate", {}, {"A": "up", "B": "global"}),
    ("deploy", {}, {"A": "deploy", "B": "global"}),
    ("up", {"config_env": "prod"}, {"A": "prod uction", "B": "default"}),
    ("up", {"overrides": {"B": "flag"}}, {"A": "up", "B": "flag"}),
    ("up", {"overrides": {"A": "flag", "B": ""}}, {"A": "flag", "B": ""}),
]


@pytest.mark.parametrize(("command", "given", "values"), SECTIONS)
def test_flags_win_over_the_file_and_the_file_over_defaults(
    folder: Path, command: str, given: dict[str, Any], values: dict[str, str]
) -> None:
    (folder / "samconfig.toml").write_text(TOML)
    found = inputs(folder, command, **given).read().project.parameters
    assert {name: found[name] for name in values} == values


def test_without_a_file_the_defaults_hold(folder: Path) -> None:
    assert inputs(folder).read().project.parameters["A"] == "default"


@pytest.mark.parametrize("name", ["samconfig.yaml", "other.yml"])
def test_the_file_may_be_yaml_and_be_called_otherwise(folder: Path, name: str) -> None:
    text = "default:\n  deploy:\n    parameters:\n      parameter_overrides: {A: yaml}\n"
    (folder / name).write_text(text)
    named = None if name.startswith("samconfig") else folder / name
    assert inputs(folder, config_file=named).read().project.parameters["A"] == "yaml"


BROKEN: list[Any] = [
    ("a = [", {}, "samconfig.toml: Invalid value"),
    (TOML, {"config_env": "gone"}, "has no environment gone; there are: default, prod, odd"),
    (TOML, {"config_env": "odd"}, "odd.deploy is no table"),
    ("default = 5", {}, "default is no table"),
    ('[default.up.parameters]\nparameter_overrides = "x"', {},
     "[default.up.parameters] parameter_overrides: x is no Name=value"),
    ('[default.up.parameters]\nenv_vars = "gone.json"', {}, "gone.json: cannot be read"),
    ("[default.seed]\nfruit = 1", {}, "fruit is no part of a seed; there are: parameters"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given", "says"), BROKEN)
def test_a_file_that_cannot_be_used_is_a_line(
    folder: Path, text: str, given: dict[str, Any], says: str
) -> None:
    (folder / "samconfig.toml").write_text(text)
    with pytest.raises(TemplateError) as raised:
        inputs(folder, **given).read()
    assert says in str(raised.value)


def test_a_named_file_that_is_not_there_is_a_line(folder: Path) -> None:
    with pytest.raises(TemplateError, match=r"no\.toml: cannot be read"):
        inputs(folder, config_file=folder / "no.toml").read()


def test_every_file_is_noted_also_one_that_is_broken(folder: Path) -> None:
    (folder / "samconfig.toml").write_text(TOML)
    (folder / "env.json").write_text("{")
    seen: list[Path] = []
    with pytest.raises(TemplateError, match=r"env\.json:1:2"):
        inputs(folder).read(note=seen.append)
    names = {path.name for path in seen}
    assert names >= {"template.json", "samconfig.toml", "samconfig.yaml", "env.json"}


def function(logical_id: str, **environment: str) -> Function:
    return Function(
        logical_id,
        f"shop-{logical_id}-1",
        "arn",
        "a.b",
        "python3.13",
        Path(),
        environment=environment,
    )


def application(*functions: Function) -> Application:
    return Application("shop", "us-east-1", "0", functions, (), (), {})


ENV: list[Any] = [
    ({"Parameters": {"X": "all"}}, {"X": "all", "Y": "t"}),
    ({"Fn": {"X": "one"}}, {"X": "one", "Y": "t"}),
    ({"shop-Fn-1": {"X": "named"}}, {"X": "named", "Y": "t"}),
    ({"Parameters": {"X": "all", "Y": 5}, "Fn": {"X": "one"}}, {"X": "one", "Y": "5"}),
    ({"Other": {"X": "one"}}, {"X": "t", "Y": "t"}),
    ({"Parameters": {"Z": "not declared"}}, {"X": "t", "Y": "t"}),
    ({"Fn": {"X": True, "Y": None}}, {"X": "true", "Y": ""}),
    ({}, {"X": "t", "Y": "t"}),
]


@pytest.mark.parametrize(("content", "environment"), ENV)
def test_env_vars_set_what_the_template_declares(
    tmp_path: Path, content: Any, environment: dict[str, str]
) -> None:
    (tmp_path / "env.json").write_text(json.dumps(content))
    env_vars = read_env_vars(tmp_path / "env.json")
    (found,) = env_vars.put_into(application(function("Fn", X="t", Y="t"))).functions
    assert found.environment == environment


def test_env_vars_that_nobody_takes_are_said() -> None:
    env_vars = EnvVars(Path("env.json"), {"Gone": {}, "Fn": {"Z": "1"}, "Parameters": {"Q": "1"}})
    assert list(env_vars.unused(application(function("Fn", X="")))) == [
        "env.json: the stack has no function Gone to take variables",
        "env.json: Z is not set, as Fn does not declare it in the template",
    ]


@pytest.mark.parametrize("content", ["[]", '{"F": 1}', '{"F": {"X": [1]}}', "{", '"x"'])
def test_env_vars_of_another_form_are_a_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "env.json").write_text(content)
    with pytest.raises(TemplateError, match=r"env\.json:?.* "):
        read_env_vars(tmp_path / "env.json")


def test_a_seed(folder: Path) -> None:
    (folder / "seed.yaml").write_text(
        "parameters: {/a: 1, /l: [x, y], /s: {Type: SecureString, Value: z}}\n"
        "Secrets: {t: text, m: {user: ada}}\nexports: {N: vpc}\nbuckets: [b]\n"
    )
    seed = read_seed(folder / "seed.yaml")
    assert seed.parameters == {
        "/a": SsmParameter("1"),
        "/l": SsmParameter("x,y", "StringList"),
        "/s": SsmParameter("z", "SecureString"),
    }
    assert seed.secrets == {"t": "text", "m": '{"user": "ada"}'}
    assert (seed.exports, seed.buckets) == ({"N": "vpc"}, ("b",))
    given = inputs(folder, seed=folder / "seed.yaml").read()
    assert given.ssm_values() == {"Name": "1"}


def test_a_seed_may_be_a_section_of_samconfig(folder: Path) -> None:
    (folder / "samconfig.toml").write_text('[default.seed.parameters]\n"/a" = "from the file"\n')
    assert inputs(folder).read().ssm_values() == {"Name": "from the file"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fruit: 1", "fruit is no part"),
        ("- a", "it must be a mapping"),
        ("parameters: [a]", "parameters must be a mapping"),
        ("parameters: {/a: {type: Odd, value: x}}", "has the type Odd"),
        ("exports: {N: [1]}", "the value of N must be text"),
        ("buckets: {a: b}", "buckets must be a list"),
    ],
)
def test_a_seed_of_another_form_is_a_line(folder: Path, text: str, says: str) -> None:
    (folder / "seed.yaml").write_text(text)
    with pytest.raises(TemplateError, match=says):
        read_seed(folder / "seed.yaml")
