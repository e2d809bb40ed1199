"""Make a folder in which clients live.

What is there already is left as it is.

    platform init shops
    cd shops
    platform new-client acme
"""

from pathlib import Path
from typing import Annotated

import typer

from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import CLIENTS, STATE, write_whole


def run(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; default: here.")] = Path(),
) -> Data:
    """Data: {workspace, created}."""
    from platform_cli.config import schema

    root = folder.expanduser().resolve()
    wanted = {
        f"{CLIENTS}/{schema.FILE}": schema.text(),
        ".gitignore": f"{STATE}/\n",
    }
    created = [name for name in wanted if not (root / name).exists()]
    for name in created:
        write_whole(root / name, wanted[name])
    session.screen.say(f"{root} is a workspace." if created else f"{root} was one already.")
    session.screen.say("Next: platform new-client ID" + _elsewhere(root))
    return {"workspace": str(root), "created": created}


def _elsewhere(root: Path) -> str:
    return "" if root == Path.cwd() else f"   (in {root})"
