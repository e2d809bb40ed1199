"""Read the providers' full listings into the content table: makes good what was missed.

Again changes nothing. What a provider no longer lists is removed, and so is what a provider left
that this client no longer has.

    platform sync acme
    platform sync acme --provider sanity
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, bindings, blueprint, deployed, known_provider
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.listing import Reading, Tell


def run(
    session: Session,
    client: Client,
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="P", help="Only this one; default: all.")
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, read: [{provider, listed, written, removed}], retired: [...]}."""
    from platform_cli.deploy import listing

    of = blueprint(session, client, env)
    mine = [each.provider for each in bindings(of)]
    wanted = mine if provider is None else [known_provider(of, provider)]
    found = deployed(session, client, env, local=local)
    listing.require_content(found)
    read = _each(session, "Reading", wanted, partial(listing.read, found))
    left = listing.strangers(found, mine) if provider is None else []
    retired = _each(session, "Retiring", left, partial(listing.retire, found))
    rows = [[e.provider, e.listed, e.written, e.removed] for e in (*read, *retired)]
    session.screen.table("Read", ["provider", "listed", "written", "removed"], rows)
    return {
        "client_id": client,
        "read": [asdict(each) for each in read],
        "retired": [asdict(each) for each in retired],
    }


def _each(
    session: Session,
    doing: str,
    providers: Iterable[str],
    ask: "Callable[[str, Tell], Reading]",
) -> "list[Reading]":
    done = []
    for each in providers:
        with session.screen.step(f"{doing} the content of {each}") as step:
            done.append(ask(each, step.count))
    return done
