"""The files of the application, which somebody saves: well, or broken and mended."""

import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent


class Files:
    """A copy of the application in `folder`; `code` and `template` are the editions saved last."""

    def __init__(self, folder: Path) -> None:
        self.code = self.template = 0
        self._saved = folder / "code" / "saved.py"
        self._template = folder / "template.yaml"
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(HERE / "application", folder, ignore=left_out)

    def save_code(self) -> None:
        self.code += 1
        self._saved.write_text(f"EDITION = {self.code}\n", encoding="utf-8")

    def break_code(self, text: str) -> None:
        self._saved.write_text(text, encoding="utf-8")

    def save_template(self) -> None:
        self.template += 1
        text = (HERE / "application" / "template.yaml").read_text(encoding="utf-8")
        edition = f"TEMPLATE_EDITION: '{self.template}'"
        self._template.write_text(re.sub("TEMPLATE_EDITION: '0'", edition, text), encoding="utf-8")

    def break_template(self, text: str) -> None:
        self._template.write_text(text, encoding="utf-8")
