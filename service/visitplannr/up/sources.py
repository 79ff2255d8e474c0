"""The template of a running stack and what is given for it, and which of those files were saved."""

from pathlib import Path

from visitplannr.template.inputs import Given, Inputs

Version = tuple[int, int] | None


def version_of(file: Path) -> Version:
    """Tell one state of a file from another, by time and size; None if it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class Sources:
    """Reads the files that `inputs` name, and those that they name, and notes their versions.

    What was saved while it was read, or before anybody looked, counts as saved. `last` is what was
    read last without an error.
    """

    def __init__(self, inputs: Inputs, region: str) -> None:
        self._inputs = inputs
        self._region = region
        self._versions: dict[Path, Version] = {}
        self.last: Given | None = None

    @property
    def template(self) -> Path:
        return self._inputs.template

    @property
    def folders(self) -> set[Path]:
        """Name the folders of the files."""
        return {file.parent for file in self._versions if file.parent.is_dir()}

    def read(self) -> Given:
        """Read the files as they are now.

        Raises:
            TemplateError: one cannot be read, or has what does not belong there.
        """
        versions: dict[Path, Version] = {}

        def note(file: Path) -> None:
            versions.setdefault(file, version_of(file))

        try:
            given = self._inputs.read(self._region, note)
        except BaseException:
            self._versions.update(versions)  # what was named before may be named again
            raise
        self._versions, self.last = versions, given
        return given

    def look(self) -> Given:
        """Read the files as `read` does, and let those that were saved count as saved."""
        return self._inputs.read(self._region)

    def saved(self) -> list[Path]:
        """Name the files that are others than at the last look."""
        now = {file: version_of(file) for file in self._versions}
        found = [file for file, version in now.items() if version != self._versions[file]]
        self._versions.update(now)
        return found
