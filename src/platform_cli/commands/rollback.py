"""Show an earlier release again, without a build.

Takes seconds. The site stays there, pinned, while builds go on; `platform releases resume` ends
that.

    platform rollback acme
    platform rollback acme RELEASE
"""

from typing import Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, deployed
from platform_cli.screen import Data
from platform_cli.session import Session


def run(
    session: Session,
    client: Client,
    release: Annotated[
        str | None, typer.Argument(help="Which one; default: the one before the live one.")
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, release, previous, pinned}."""
    from platform_cli.deploy import release as releases
    from platform_core.actions import Rollback

    found = deployed(session, client, env, local=local)
    before = releases.site(found).live
    with session.screen.step("Flipping the release pointer"):
        releases.ask(found, Rollback(release or None))
    live = releases.site(found).live
    session.screen.say(f"Live is {live} (before: {before}), pinned there.")
    session.screen.say(f"Go on with the newest: platform releases resume {client}")
    return {"client_id": client, "release": live, "previous": before, "pinned": True}
