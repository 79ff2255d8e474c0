"""AWS::LanguageExtensions: what its functions make of a template."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.problems import TemplateError
from visitplannr.template.project import read_project

HEAD = """
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Names: {Type: CommaDelimitedList, Default: "A, B"}
  Keep: {Type: String, Default: Retain}
  Secret: {Type: String, NoEcho: true, Default: s3cr3t}
Mappings: {M: {a: {x: 1}, us-east-1: {x: here}}}
Conditions:
  Kept: !Equals [!Ref Keep, Retain]
"""
MANY = f"[{', '.join(map(str, range(1000)))}]"
TOPIC = "{Type: 'AWS::SNS::Topic'}"


def read(folder: Path, text: str, **given: str) -> dict[str, Any]:
    (folder / "template.yaml").write_text(HEAD + text.replace("TOPIC", TOPIC).replace("MANY", MANY))
    return read_project(folder / "template.yaml", given).template


def value_of(folder: Path, text: str, **given: str) -> Any:
    template = read(folder, f"Resources: {{T: {{Type: X, Properties: {{V: {text}}}}}}}", **given)
    return template["Resources"]["T"]["Properties"].get("V", "gone")


FUNCTIONS: list[Any] = [
    ("{Fn::Length: [1, 2, 3]}", 3),
    ("{Fn::Length: !Ref Names}", 2),
    ("{Fn::Length: !Split [',', 'a,b,c']}", 3),
    ("{Fn::ToJsonString: {a: 1, b: [true], c: !Ref Keep}}", '{"a":1,"b":[true],"c":"Retain"}'),
    ("{Fn::ToJsonString: !Ref Names}", '["A","B"]'),
    ("{Fn::ToJsonString: {a: !GetAtt [T, Arn], b: '${x}'}}",
     {"Fn::Sub": ['{"a":"${Json0}","b":"${!x}"}', {"Json0": {"Fn::GetAtt": ["T", "Arn"]}}]}),
    ("{Fn::ToJsonString: {a: !Ref Secret}}",
     {"Fn::Sub": ['{"a":"${Json0}"}', {"Json0": {"Ref": "Secret"}}]}),
    ("!FindInMap [M, a, x, {DefaultValue: d}]", 1),
    ("!FindInMap [M, b, x, {DefaultValue: d}]", "d"),
    ("!FindInMap [M, a, y, {DefaultValue: !Ref Keep}]", "Retain"),
    ("!FindInMap [None, a, y, {DefaultValue: d}]", "d"),
    ("!FindInMap [M, !Ref 'AWS::Region', x]", "here"),
    ("!FindInMap [M, !Select [0, [a, b]], x]", 1),
    ("!FindInMap [M, !Ref 'AWS::AccountId', x]",
     {"Fn::FindInMap": ["M", {"Ref": "AWS::AccountId"}, "x"]}),
    ("!Ref {Fn::Join: ['', [Ke, ep]]}", {"Ref": "Keep"}),
    ("!GetAtt [!Sub 'T', Arn]", {"Fn::GetAtt": ["T", "Arn"]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), FUNCTIONS)
def test_functions(tmp_path: Path, text: str, value: Any) -> None:
    assert value_of(tmp_path, text) == value


LOOPS: list[Any] = [
    ("[Id, [a, b], {'T${Id}': TOPIC}]", ["Ta", "Tb"]),
    ("[Id, !Ref Names, {'T${Id}': TOPIC}]", ["TA", "TB"]),
    ("[Id, !Split ['-', 'x-y'], {'T${Id}': TOPIC}]", ["Tx", "Ty"]),
    ("[Id, [a-1, b.2], {'T&{Id}': TOPIC}]", ["Ta1", "Tb2"]),
    ("[Id, [1, 2], {'T${Id}': TOPIC}]", ["T1", "T2"]),
    ("[Id, [], {'T${Id}': TOPIC}]", []),
    ("[Id, [a, b], {'T${Id}': TOPIC, 'U${Id}': TOPIC}]", ["Ta", "Tb", "Ua", "Ub"]),
    ("[P, [a, b], {Fn::ForEach::In: [Q, ['1', '2'], {'T${P}${Q}': TOPIC}]}]",
     ["Ta1", "Ta2", "Tb1", "Tb2"]),
]  # fmt: skip


@pytest.mark.parametrize(("loop", "made"), LOOPS)
def test_loops_make_resources(tmp_path: Path, loop: str, made: list[str]) -> None:
    template = read(tmp_path, f"Resources: {{Own: {TOPIC}, Fn::ForEach::L: {loop}}}")
    assert sorted(template["Resources"]) == sorted(["Own", *made])
    assert template["Transform"] == ["AWS::Serverless-2016-10-31"]


def test_identifiers_stand_for_their_values_everywhere(tmp_path: Path) -> None:
    properties = (
        "{A: !Ref Id, B: !Sub '${Id}-x', C: !Sub '${Id}-${AWS::StackName}', D: 'fn/${Id}', "
        "E: !GetAtt ['T${Id}', Arn], F: '${!Id}', "
        "G: !FindInMap [M, !Ref Id, x, {DefaultValue: n}], "
        "Fn::ForEach::P: [K, [k], {'${K}${Id}': !Ref K}]}"
    )
    member = "{Type: X, Condition: 'Is${Id}', DependsOn: 'U${Id}', Properties: GIVEN}"
    text = (
        "  Fn::ForEach::C: [Id, [a], {'Is${Id}': !Equals [!Ref Id, a]}]\n"
        "Resources: {Ua: TOPIC, Fn::ForEach::L: [Id, [a], {'T${Id}': MEMBER}]}\n"
        "Outputs: {Fn::ForEach::O: [Id, [a], {'Out${Id}': {Value: !Ref 'T${Id}'}}]}\n"
    )
    template = read(tmp_path, text.replace("MEMBER", member.replace("GIVEN", properties)))
    assert template["Resources"]["Ta"] == {
        "Type": "X",
        "Condition": "Isa",
        "DependsOn": "Ua",
        "Properties": {
            "A": "a",
            "B": "a-x",
            "C": {"Fn::Sub": "a-${AWS::StackName}"},
            "D": "fn/a",
            "E": {"Fn::GetAtt": ["Ta", "Arn"]},
            "F": "${!Id}",
            "G": 1,
            "ka": "k",
        },
    }
    assert template["Conditions"]["Isa"] == {"Fn::Equals": ["a", "a"]}
    assert template["Outputs"] == {"Outa": {"Value": {"Ref": "Ta"}}}


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("!Ref Keep", "Retain"),
        ("!If [Kept, Retain, Delete]", "Retain"),
        ("!FindInMap [M, z, x, {DefaultValue: Delete}]", "Delete"),
    ],
)
def test_a_deletion_policy_may_refer(tmp_path: Path, policy: str, found: str) -> None:
    topic = f"{{Type: 'AWS::SNS::Topic', DeletionPolicy: {policy}}}"
    template = read(tmp_path, f"Resources: {{T: {topic}}}")
    assert template["Resources"]["T"]["DeletionPolicy"] == found


REFUSED: list[Any] = [
    ("Fn::ForEach::L: [Id, [a]]", ":10:29: ", "Fn::ForEach layout is incorrect"),
    ("Fn::ForEach::L: {a: b}", ":10:29: ", "Fn::ForEach layout is incorrect"),
    ("Fn::ForEach::L: [Id, x, {'T${Id}': TOPIC}]", ":10:34: ", "Could not find a collection"),
    ("Fn::ForEach::L: [Id, !Ref Gone, {'T${Id}': TOPIC}]", ":10:34: ",
     "Could not find a collection"),
    ("Fn::ForEach::L: [Id, [a], {T: TOPIC}]", ":10:29: ", "the key T has no ${Id}"),
    ("Fn::ForEach::L: [Id, [a, a], {'T${Id}': TOPIC}]", ":10:29: ", "Ta is there twice"),
    ("Fn::ForEach::L: [Id, [a], {'T${Id}': TOPIC}], Ta: TOPIC", ":10:29: ",
     "Ta is there twice"),
    ("Fn::ForEach::L: [Id, [a-b], {'T${Id}': TOPIC}]", ":10:12: ", "Ta-b is not alphanumeric"),
    ("Fn::ForEach::A: [A, MANY, {Fn::ForEach::B: [B, MANY, {'T${A}x${B}': TOPIC}]}]", ":10:",
     "loops make more than 5,000 things"),
    ("T: {Type: X, Properties: {V: {Fn::Length: !GetAtt [A, B]}}}", ":10:42: ",
     "The Fn::Length value could not be resolved"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "place", "says"), REFUSED)
def test_what_the_transform_refuses(tmp_path: Path, members: str, place: str, says: str) -> None:
    with pytest.raises(TemplateError) as raised:
        read(tmp_path, f"Resources: {{{members}}}")
    assert says in str(raised.value)
    assert place in str(raised.value)


def test_a_loop_needs_the_transform(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Resources: {Fn::ForEach::L: [Id, [a], {'T${Id}': {}}]}")
    with pytest.raises(TemplateError, match=r"t\.yaml:1:29: Resources/Fn::ForEach::L must be a"):
        read_project(tmp_path / "t.yaml")


def test_given_values_decide_what_a_loop_makes(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        "Resources: {Fn::ForEach::L: [I, !Ref Names, {'T${I}': TOPIC}]}",
        Names="x,y,z",
    )
    assert list(template["Resources"]) == ["Tx", "Ty", "Tz"]
