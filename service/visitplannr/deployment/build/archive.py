"""Code that comes as a zip archive, and inline code: unpacked into folders of the cache."""

import hashlib
import shutil
import zipfile
from pathlib import Path

from visitplannr.deployment.build.folders import beside, is_there, put
from visitplannr.deployment.build.part import Target
from visitplannr.model.code import BuildError

_MODULES = Path(__file__).parent / "inline_modules"
_ENDINGS = frozenset({".zip", ".jar"})
_LARGEST = 250 * 1024 * 1024  # unzipped, layers included (Lambda's quotas)


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive rather than code."""
    return path.suffix.lower() in _ENDINGS and path.is_file()


def unpack(archive: Path, cache: Path) -> Path:
    """Unpack an archive once for each time that it is saved; programs in it stay programs.

    Raises:
        BuildError: it is no zip archive, or too large.
    """
    found = archive.stat()
    named = f"{archive} {found.st_mtime_ns} {found.st_size}"
    folder = cache / hashlib.sha256(named.encode()).hexdigest()[:16]
    if not is_there(folder):
        with beside(folder) as part:
            unpacked = part / "code"
            unpacked.mkdir()
            try:
                _extract(archive, unpacked)
            except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
                raise BuildError(f"{archive} cannot be unpacked: {error}") from error
            put(unpacked, folder)
    return folder


def _extract(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        size = sum(member.file_size for member in opened.infolist())
        if size > _LARGEST:
            raise BuildError(f"{archive} has {size} bytes unzipped: Lambda takes {_LARGEST}")
        for member in opened.infolist():
            path = Path(opened.extract(member, folder))
            if (mode := member.external_attr >> 16 & 0o777) and path.is_file():
                path.chmod(mode | 0o600)


def write_inline(text: str, target: Target, cache: Path) -> Path:
    """Write inline code into a file `index`, as CloudFormation does (Lambda's Code, ZipFile).

    Node.js tells an ES module by its ending: it is one if it imports or exports.
    """
    name = "index.py" if target.python else _node_name(text)
    content = hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()[:16]
    folder = cache / content
    if not is_there(folder):
        with beside(folder) as part:
            code = part / "code"
            code.mkdir()
            (code / name).write_text(text, encoding="utf-8")
            _add_module(code, text, target)
            put(code, folder)
    return folder


def _add_module(code: Path, text: str, target: Target) -> None:
    """Add what AWS gives to inline code, if it names it: the module that answers CloudFormation."""
    if target.python and "cfnresponse" in text:
        shutil.copyfile(_MODULES / "cfnresponse.py", code / "cfnresponse.py")
    elif target.is_node and "cfn-response" in text:
        module = code / "node_modules" / "cfn-response"
        module.mkdir(parents=True)
        shutil.copyfile(_MODULES / "cfn-response.js", module / "index.js")


def _node_name(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    is_module = any(line.startswith(("export ", "import ")) for line in lines)
    return "index.mjs" if is_module else "index.js"
