"""Who may import whom, and the house numbers."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "service"
PACKAGE = SERVICE / "visitplannr"
FUNCTIONS = SERVICE / "functions"
FILES = sorted(SERVICE.rglob("*.py"))
GROUND_FLOOR = {"model"}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "template": GROUND_FLOOR,
    "iam": GROUND_FLOOR,
    "backend": GROUND_FLOOR,
    "runtime": GROUND_FLOOR,
    "gateway": GROUND_FLOOR | {"iam"},
    "backend/server": GROUND_FLOOR | {"iam", "dynamodb"},
    "dynamodb": set(),
    "deployment": GROUND_FLOOR | {"template", "iam", "backend"},
    "localstack": GROUND_FLOOR | {"runtime", "backend"},
    "console": GROUND_FLOOR | {"gateway", "template"},
    "testing": GROUND_FLOOR,
}
JOINS_ALL = {"up", "cli"}


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def statements(path: Path) -> Sequence[ast.AST]:
    """Give all statements of a file; to walk through their expressions takes ten times as long."""
    found: list[ast.AST] = [ast.parse(text(path))]
    for node in found:
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            found += getattr(node, part, ())
    return found


def imports(path: Path) -> Iterator[str]:
    for node in statements(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def package_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def own(path: Path) -> set[str]:
    """Name the packages of `visitplannr` that a file imports, its own left out."""
    parts = (name.split(".") for name in imports(path) if name.startswith("visitplannr."))
    return {part[1] for part in parts} - {package_of(path)}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in statements(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def may_import(path: Path) -> set[str]:
    nested = "/".join(path.relative_to(PACKAGE).parts[:2])
    return MAY_IMPORT.get(nested, MAY_IMPORT[package_of(path)])


def test_imports_follow_the_arrows() -> None:
    parts = [path for path in PACKAGE.glob("*/**/*.py") if package_of(path) not in JOINS_ALL]
    assert parts
    against = {name(path): own(path) - may_import(path) for path in parts}
    assert {path: found for path, found in against.items() if found} == {}


def test_what_ships_needs_only_the_standard_library_and_boto3() -> None:
    allowed = set(sys.stdlib_module_names) | {"boto3", "botocore", "command_channel"}
    guarded = {"mypy_boto3_dynamodb"}
    shipped = sorted(FUNCTIONS.rglob("*.py"))
    assert shipped
    needed = {name(path): {one.split(".")[0] for one in imports(path)} for path in shipped}
    others = {path: found - allowed - guarded for path, found in needed.items()}
    assert {path: found for path, found in others.items() if found} == {}


def test_nothing_imports_what_ships() -> None:
    others = [path for path in FILES if FUNCTIONS not in path.parents]
    assert not [
        path
        for path in others
        if any(module.startswith(("command_channel", "functions")) for module in imports(path))
    ]


def test_no_file_is_longer_than_300_lines() -> None:
    assert FILES
    lengths = {name(path): len(text(path).splitlines()) for path in FILES}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in functions(path)
    }
    assert {function: lines for function, lines in lengths.items() if lines > 50} == {}


def test_few_files_are_tiny() -> None:
    """A file of a few lines costs its reader another jump; empty ones mark packages."""
    lengths = [len(text(path).splitlines()) for path in PACKAGE.rglob("*.py")]
    tiny, filled = sum(0 < length < 40 for length in lengths), sum(map(bool, lengths))
    assert tiny / filled < 0.15, f"{tiny} of {filled} files have fewer than 40 lines"


def test_the_package_alone_costs_nothing_to_import() -> None:
    """A test run that does not use our plugin must not pay for what it could do."""
    code = "import sys, visitplannr; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert "visitplannr" in loaded
    assert not loaded & {"asyncio", "boto3", "botocore", "fastapi", "pydantic", "typer", "uvicorn"}


def test_no_module_beside_the_bootstrap_is_called_as_one_of_the_standard_library() -> None:
    """Its folder is the first that Python imports from until it has become awslambdaric."""
    names = {path.stem for path in (PACKAGE / "runtime").glob("*.py")}
    assert "bootstrap" in names
    assert not names & set(sys.stdlib_module_names)


def test_no_drawer_for_everything() -> None:
    assert not {path.stem for path in FILES} & {"utils", "util", "helpers", "common", "misc"}


def test_environment_variables_are_read_in_few_places_only() -> None:
    """Besides the composition roots and the backend: what runs inside execution environments."""
    readers = {
        name(path) for path in FILES if FUNCTIONS not in path.parents and "os.environ" in text(path)
    }
    assert readers <= {
        "service/visitplannr/cli/place.py",
        "service/visitplannr/cli/surroundings.py",
        "service/visitplannr/up/environments.py",
        "service/visitplannr/up/session.py",
        "service/visitplannr/backend/endpoint.py",
        "service/visitplannr/backend/server/__main__.py",
        "service/visitplannr/runtime/bootstrap.py",
        "service/visitplannr/runtime/runtime_client.py",
        "service/visitplannr/testing/process.py",  # hands its own on to the `up` that it starts
    }


def test_tests_patch_nothing() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert tests
    mocking = [path for path in tests if "mock" in text(path)]
    assert not [name(path) for path in mocking if "unittest.mock" in set(imports(path))]
    assert not [
        f"{name(path)}:{node.lineno}"
        for path in tests
        if ".patch" in text(path)
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Attribute) and node.attr == "patch"
    ]
