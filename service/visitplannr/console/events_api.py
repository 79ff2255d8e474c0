"""Events saved as files, for the page and for `visitplannr invoke --event`."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException

from visitplannr.console.console import Console
from visitplannr.model.whole_files import write_whole

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def events_api(console: Console) -> APIRouter:
    """Serve them at `/_local/events`."""
    router = APIRouter(prefix="/_local/events")

    @router.get("")
    def events() -> list[str]:
        return sorted(path.stem for path in console.events.glob("*.json"))

    @router.get("/{name}")
    def event(name: str) -> Any:
        try:
            return json.loads(_file(console.events, name).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise HTTPException(404, f"there is no saved event {name}") from error
        except (OSError, ValueError) as error:
            raise HTTPException(500, f"the event {name} cannot be read: {error}") from error

    @router.put("/{name}")
    def save(name: str, saved: Annotated[Any, Body()], *, replace: bool = False) -> dict[str, str]:
        file = _file(console.events, name)
        try:
            file.parent.mkdir(exist_ok=True)
            text = json.dumps(saved, indent=2, ensure_ascii=False)
            write_whole(file, f"{text}\n", replace=replace)
        except FileExistsError as error:
            raise HTTPException(409, f"there is an event {name} already") from error
        except OSError as error:
            raise HTTPException(500, f"{file} cannot be written: {error.strerror}") from error
        return {"file": f"{file.parent.name}/{file.name}"}

    return router


def _file(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise HTTPException(400, "a name has letters, digits, dots, dashes and underscores")
    file = folder / f"{name}.json"
    if not file.resolve().is_relative_to(folder.resolve()):
        raise HTTPException(400, f"{folder.name}/{file.name} is a link to somewhere else")
    return file
