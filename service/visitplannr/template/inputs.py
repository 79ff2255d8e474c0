"""What is given for a template beside it: by flags, and by files that they or SAM's habit name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from visitplannr.template.env_vars import EnvVars, read_env_vars
from visitplannr.template.parameters import declared
from visitplannr.template.project import Note, Project, read_project, unnoted
from visitplannr.template.samconfig import NAMES, SamConfig, find_config, read_config
from visitplannr.template.seed import Seed, read_seed, seed_of


@dataclass(frozen=True, slots=True)
class Given:
    """A template and what was given for it, as the files say now."""

    project: Project
    env_vars: EnvVars
    seed: Seed

    def ssm_values(self) -> dict[str, str]:
        """Give the values of parameters that name an SSM parameter of the seed."""
        known = declared(self.project.template)
        named = {
            name: value for name, value in self.project.parameters.items() if known[name].names_ssm
        }
        return self.seed.values_of(named)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a command's flags say of its template: `overrides` are values of parameters.

    Without a `config_file`, one beside the template is read.
    """

    template: Path
    command: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    config_file: Path | None = None
    config_env: str = "default"
    env_vars: Path | None = None
    seed: Path | None = None

    def read(self, region: str = "us-east-1", note: Note = unnoted) -> Given:
        """Read the files as they are now; `note` hears of each before it is read.

        Raises:
            TemplateError: one cannot be read, or has what does not belong there.
        """
        for path in self._looked_for():
            note(path.resolve())
        config = self._config()
        env_vars, seed = self._env_vars(config, note), self._seed(config, note)
        given = {**(config.parameters if config else {}), **self.overrides}
        project = read_project(self.template, given, region=region, note=note)
        return Given(project, env_vars, seed)

    def _looked_for(self) -> Iterator[Path]:
        """Name the files that may be read, whether they are there or not."""
        yield self.template
        yield from filter(None, (self.config_file, self.env_vars, self.seed))
        if self.config_file is None:
            yield from (self.template.parent / name for name in NAMES)

    def _config(self) -> SamConfig | None:
        path = self.config_file or find_config(self.template)
        return read_config(path, self.config_env, self.command) if path else None

    def _env_vars(self, config: SamConfig | None, note: Note) -> EnvVars:
        path = self.env_vars
        if path is None and config and config.env_vars:
            path = config.path.parent / config.env_vars
        if path is None:
            return EnvVars()
        note(path.resolve())
        return read_env_vars(path)

    def _seed(self, config: SamConfig | None, note: Note) -> Seed:
        path = self.seed
        if path is None and config and isinstance(config.seed, str):
            path = config.path.parent / config.seed
        if path is not None:
            note(path.resolve())
            return read_seed(path)
        return seed_of(config.seed, config.path) if config and config.seed else Seed()
