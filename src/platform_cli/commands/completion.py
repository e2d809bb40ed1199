"""Print the script that completes commands, options and clients in your shell.

The script calls `platform` for suggestions, so new clients are completed immediately.

    source <(platform completion bash)
    platform completion zsh > ~/.zfunc/_platform
    platform completion fish > ~/.config/fish/completions/platform.fish
"""

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script

from platform_cli.screen import Data
from platform_cli.session import Session


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def run(
    session: Session, shell: Annotated[Shell, typer.Argument(help="Shell to complete in.")]
) -> Data:
    """Data: {shell, script}."""
    script = get_completion_script(
        prog_name="platform", complete_var="_PLATFORM_COMPLETE", shell=shell
    )
    session.screen.write(script)
    return {"shell": shell, "script": script}
