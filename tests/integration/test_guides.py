"""What README.md and the guides tell people to type, on the application of `visitplannr init`."""

from pathlib import Path

import httpx
import pytest
from guides import GUIDES, blocks, place_of
from integration.notes import Notes

HERE = [
    pytest.param(block, id=f"{guide.name}: {block.splitlines()[0]}")
    for guide in GUIDES
    for block in blocks(guide)
    if place_of(block) is None
]
SAID = {
    "visitplannr invoke": ['"statusCode": 201', "REPORT RequestId: "],
    "visitplannr permissions": ["dynamodb:Scan", "never used", "Policies:"],
    "visitplannr items": ["text: buy milk", '"text": "buy milk"'],
    "visitplannr env --shell dotenv": ["[profile visitplannr]", "endpoint_url = http://127.0.0.1:"],
    "visitplannr validate": [
        *("template.yaml: valid", "that the template names", '"resource": "/notes"'),
        *("Status   201", "Successfully completed execution"),
    ],
    "visitplannr status\nvisitplannr outputs": ["ready", "NotesUrl", "['demo-NotesTable-"],
    "eval": ["['demo-NotesTable-"],
}


@pytest.fixture(autouse=True)
def one_note(notes: Notes) -> None:
    """There is a note, whatever was run before: a reset, too."""
    assert httpx.post(f"{notes.status['url']}/notes", json={"text": "buy milk"}).is_success


@pytest.mark.parametrize("block", HERE)
def test_a_command_of_a_guide_does_what_it_says(notes: Notes, block: str) -> None:
    done = notes.type(block)
    assert done.returncode == 0, done.stdout + done.stderr
    for begin, texts in SAID.items():
        if block.startswith(begin):
            assert [text for text in texts if text not in done.stdout] == []


def test_what_env_wrote_is_a_file_for_programs(notes: Notes) -> None:
    assert notes.type("visitplannr env --shell dotenv > .env").returncode == 0
    written = dict(
        line.split("=", 1)
        for line in Path(notes.folder / ".env").read_text().splitlines()
        if not line.startswith("#")
    )
    assert written["AWS_ENDPOINT_URL"] == notes.status["endpoint_url"]
