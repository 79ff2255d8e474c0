"""From the command to the first 200, from a save to the new code; memory, bundle, cold start."""

import http.client
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from visitplannr.deployment.build.part import Part
from visitplannr.deployment.bundle import build_bundle

from benchmarks.compared import Extent
from benchmarks.processes import (
    APPLICATION,
    ROOT,
    Started,
    resident_megabytes,
    start_up,
    up,
    wait_for,
)
from benchmarks.targets import NOOP, PROPOSAL, PROPOSE, environment_of, over_http

IMPORTS = 5
_PAUSE_SECONDS = 0.3


def life(extent: Extent, say: Callable[[str], None]) -> list[str]:
    """Measure all of it; give the lines of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("starts ...")
        fresh, again = _starts(folder, extent.starts)
        say("saves, memory, cold starts ...")
        project = folder / "project"
        shutil.copytree(ROOT / "benchmarks" / "application", project / "benchmarks" / "application")
        shutil.copytree(ROOT / "service" / "functions", project / "service" / "functions")
        template = project / APPLICATION.relative_to(ROOT)
        with up(folder / "state", template) as running:
            idle = resident_megabytes(running.process.pid)
            over_http(running.url)(PROPOSE, 8, 2000)
            loaded = resident_megabytes(running.process.pid)
            saves = _saves(running, template.parent / "noop" / "noop.py", extent.saves)
            module, boto3 = _imports(running)
            responses = project / "service/functions/command_channel/responses.py"
            inits = _inits(running, responses, extent.saves)
    bundle = build_bundle([Part(ROOT / "service/functions")])
    rows = [
        ("first 200 from nothing", _span(fresh, "s")),
        ("first 200 with state", _span(again, "s")),
        ("save to new code served", _span(saves, "ms")),
        ("Init Duration of ProposeDestinationFunction", _span(inits, "ms")),
        ("importing its module, in a bare interpreter", _span(module, "ms")),
        ("importing boto3 alone", _span(boto3, "ms")),
        ("deployed bundle", f"{len(bundle.content):,} bytes"),
        *((f"resident, idle: {name}", f"{megabytes:.0f} MB") for name, megabytes in idle.items()),
        *((f"resident, after 2,000 requests at 8 connections: {name}", f"{megabytes:.0f} MB")
          for name, megabytes in loaded.items()),
    ]  # fmt: skip
    return ["", "| | |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]


def _starts(folder: Path, times: int) -> tuple[list[float], list[float]]:
    fresh: list[float] = []
    again: list[float] = []
    for number in range(times):
        for found in (fresh, again):
            began = time.perf_counter()
            started = start_up(folder / f"start-{number}", ROOT / "template.yaml")
            try:
                wait_for(f"{started.url}/destination", body=PROPOSAL.encode())
                found.append(time.perf_counter() - began)
            finally:
                started.stop()
    return fresh, again


def _saves(running: Started, file: Path, times: int) -> list[float]:
    found = []
    text = file.read_text(encoding="utf-8")
    for number in range(times):
        file.write_text(text.replace('"OK"', f'"{number}"'), encoding="utf-8")
        began = time.perf_counter()
        while _answer(running, NOOP.path, NOOP.body) != str(number):
            pass
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(_PAUSE_SECONDS)
    return found


def _inits(running: Started, file: Path, times: int) -> list[float]:
    """Save a file of the function, so that the next request starts it anew."""
    for number in range(times):
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"# {number}\n")
        _answer(running, PROPOSE.path, PROPOSAL)
        time.sleep(_PAUSE_SECONDS)
    rows = running.get("/_local/invocations")
    return [row["initMs"] for row in rows if "initMs" in row and row["what"].endswith(PROPOSE.path)]


def _answer(running: Started, path: str, body: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=30)
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def _span(found: list[float], unit: str) -> str:
    places = 2 if unit == "s" else 0
    low, middle, high = (f"{one:.{places}f}" for one in (min(found), median(found), max(found)))
    return f"{middle} {unit} ({low} to {high})"


def _imports(running: Started) -> tuple[list[float], list[float]]:
    """Time a bare interpreter with the handler's module, and with boto3 alone, less one without."""
    command, variables, folder = environment_of(running, PROPOSE)
    variables = {**variables, "PYTHONPATH": f"{folder}:{variables['PYTHONPATH']}"}

    def timed(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([command, "-S", "-c", code], env=variables, check=True, cwd=folder)
        return (time.perf_counter() - began) * 1000

    rounds = [
        tuple(map(timed, ("pass", f"import {PROPOSE.module}", "import boto3")))
        for _ in range(IMPORTS)
    ]
    return [module - bare for bare, module, _ in rounds], [
        boto3 - bare for bare, _, boto3 in rounds
    ]
