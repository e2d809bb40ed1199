"""Take a client down.

Lists what holds data and what stays; wants the client's id typed. Outside `dev` AWS keeps tables
and buckets when the stack goes; --with-data ends them as well. The embedded cloud keeps nothing.

    platform destroy acme
    platform destroy acme --env dev --yes
"""

from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, deployed, ground, typed
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.removal import Holding


def run(
    session: Session,
    client: Client,
    with_data: Annotated[
        bool, typer.Option("--with-data", help="Delete what would stay, too: there is no way back.")
    ] = False,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, environment, target, stack, deleted: [...], kept: [...]}."""
    from platform_cli.deploy import removal
    from platform_cli.deploy.lock import exclusive

    found = deployed(session, client, env, local=local)
    place = ground(session)
    held = removal.holdings(found)
    everything = with_data or found.target.is_local
    kept = [] if everything else [each for each in held if each.stays]
    _show(session, held, kept)
    typed(session, f"This deletes {found.stack.name} on {found.target.name}.", client)
    with (
        exclusive(place.state / "locks", f"{client}-{found.names.environment}"),
        session.screen.step(f"Deleting {found.stack.name}") as step,
    ):
        removal.remove(found, held, step.note)
        if everything:
            removal.remove_kept(found.target, held, step.note)
        if found.target.is_local:
            place.cloud.forget(client, found.names.environment)
            place.cloud.snapshot()
        place.forget(found.names)
    return {
        "client_id": client,
        "environment": found.names.environment,
        "target": found.target.name,
        "stack": found.stack.name,
        "deleted": [each.name for each in held if each not in kept],
        "kept": [each.name for each in kept],
    }


def _show(session: Session, held: "list[Holding]", kept: "list[Holding]") -> None:
    rows = [[e.name, e.type, e.holds, "stays" if e in kept else "goes"] for e in held]
    session.screen.table("What holds data", ["name", "type", "holds", ""], rows)
    session.screen.say("Secrets stay in the secret store; the site's source and file stay here.")
