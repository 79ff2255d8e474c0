"""What a SAM template was translated to is kept, and given again for the same template only."""

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.kept_translations import KeptTranslations
from visitplannr.template.problems import TemplateError


def sam(code: object = "one", kind: str = "AWS::Serverless::Function") -> dict[str, Any]:
    return {"Resources": {"Hello": {"Type": kind, "Properties": {"CodeUri": code}}}}


class Translator:
    """Counts what it is asked; gives `result`, or a number."""

    def __init__(self, result: Any = None) -> None:
        self.asked = 0
        self.result = result

    def __call__(
        self, template: Mapping[str, Any], region: str, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        self.asked += 1
        return {"Made": self.result or self.asked}


def refusing(
    template: Mapping[str, Any], region: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    raise TemplateError("it is no SAM template")


def test_the_same_is_translated_once_by_whatever_process(tmp_path: Path) -> None:
    translator = Translator()
    answers = [KeptTranslations(tmp_path / "kept", translator)(sam(), "r", {}) for _ in range(2)]
    assert answers == [{"Made": 1}, {"Made": 1}]


@pytest.mark.parametrize(
    ("template", "region", "parameters"),
    [
        (sam("two"), "eu-west-1", {"Stage": "test"}),
        (sam(), "us-east-1", {"Stage": "test"}),
        (sam(), "eu-west-1", {"Stage": "live"}),
        (sam(), "eu-west-1", {}),
    ],
    ids=["template", "region", "value", "parameter"],
)
def test_another_one_is_translated_anew(
    tmp_path: Path, template: dict[str, Any], region: str, parameters: dict[str, str]
) -> None:
    translate = KeptTranslations(tmp_path, Translator())
    assert translate(sam(), "eu-west-1", {"Stage": "test"}) == {"Made": 1}
    assert translate(template, region, parameters) == {"Made": 2}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_what_cannot_be_read_is_translated_anew(tmp_path: Path, content: bytes) -> None:
    translate = KeptTranslations(tmp_path, Translator())
    translate(sam(), "r", {})
    for file in tmp_path.iterdir():
        file.write_bytes(content)
    assert [translate(sam(), "r", {}) for _ in range(2)] == [{"Made": 2}, {"Made": 2}]


@pytest.mark.parametrize("result", [{1: "one"}, date(2026, 1, 2), (1, 2)], ids=repr)
def test_what_json_would_not_give_back_is_not_kept(tmp_path: Path, result: object) -> None:
    translator = Translator(result)
    translate = KeptTranslations(tmp_path, translator)
    assert [translate(sam(), "r", {}) for _ in range(2)] == [{"Made": result}] * 2
    assert translator.asked == 2


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        KeptTranslations(tmp_path, refusing)(sam(), "r", {})
    assert KeptTranslations(tmp_path, Translator())(sam(), "r", {}) == {"Made": 1}


def test_without_a_folder_that_can_be_written_it_translates_all_the_same(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    for folder in (None, taken / "kept"):
        translate = KeptTranslations(folder, Translator())
        assert [translate(sam(), "r", {}) for _ in range(2)] == [{"Made": 1}, {"Made": 2}]
        assert not translate.may_have(sam())


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    KeptTranslations(folder, Translator())(sam(), "r", {})
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())]
    assert modes == [0o700, 0o600]


def test_the_last_two_hundred_stay(tmp_path: Path) -> None:
    translator = Translator()
    translate = KeptTranslations(tmp_path, translator)
    for number in range(203):
        translate(sam(str(number)), "r", {})
    assert len(list(tmp_path.iterdir())) == 200
    translate(sam("202"), "r", {})
    assert translator.asked == 203


def test_it_may_have_what_differs_in_its_code_only(tmp_path: Path) -> None:
    translate = KeptTranslations(tmp_path, Translator())
    assert not translate.may_have(sam())
    translate(sam({"Bucket": "b", "Key": "k"}), "r", {})
    assert translate.may_have(sam("src"))
    assert not translate.may_have(sam(kind="AWS::Serverless::Api"))
