"""The unified items of a client's site.

platform content acme
platform content acme --type product --json
"""

from itertools import islice
from typing import Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, deployed
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session

FIELDS = (
    "content_id", "content_type", "provider_name", "slug", "title", "status", "updated_at",
    "version",
)  # fmt: skip
TYPES = ("article", "page", "product", "collection", "media")


def run(
    session: Session,
    client: Client,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help=f"One of {', '.join(TYPES)}.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="At most so many; default: all.")
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {items: [{content_id, content_type, provider_name, slug, title, status, updated_at,
    version}]}."""
    if type_ is not None and type_ not in TYPES:
        raise UsageError(f"no such type of content: {type_!r}", hint=f"one of {', '.join(TYPES)}")
    from platform_cli.deploy import listing

    found = deployed(session, client, env, local=local)
    listing.require_content(found)
    listed = (
        {field: getattr(item, field) for field in FIELDS}
        for each in ([type_] if type_ else TYPES)
        for item in listing.items(found, each)
    )
    items = list(islice(listed, limit))
    shown = [[each[field] for field in FIELDS] for each in items]
    session.screen.table("Content", FIELDS, shown)
    return {"items": items}
