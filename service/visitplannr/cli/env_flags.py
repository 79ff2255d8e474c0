"""The flag of `env` that says in whose words variables are printed."""

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """Whose words: those of a shell, of a .env file, or of the AWS CLI's configuration."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"
    DOTENV = "dotenv"
    AWS_PROFILE = "aws-profile"


ShellFlag = Annotated[
    Shell, typer.Option("--shell", help="In whose words; dotenv is for .env files.")
]
