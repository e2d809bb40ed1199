"""Show a change of a client's site at an address of its own, beside the live site.

    platform preview acme --source ../acme-site
    platform preview acme --branch redesign
    platform preview acme --drafts
    platform preview list acme
    platform preview end acme 20261201

The address opens the preview in that browser, and /_preview/ leaves it. The client's file needs
`preview: {}`, and the client a deploy since.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.releases import previews
from platform_cli.api.releases.preview_sources import PreviewSource
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.site import previews as views

Source = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the site; by default the client's own source."),
]
Branch = Annotated[
    str | None,
    typer.Option(metavar="BRANCH", help="Branch of the client's repository, in place of DIR."),
]
Drafts = Annotated[
    bool, typer.Option("--drafts", help="Show the unpublished content of the CMS as well.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the preview is ready.")]
PreviewId = Annotated[str, typer.Argument(metavar="ID", help="Id of a preview, or its beginning.")]


def start(
    session: Session, client: Client, source: Source = None, branch: Branch = None,
    drafts: Drafts = False, wait: Wait = True, env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """Build a preview. `start` may be left out.

      platform preview acme --source ../acme-site

    The address is shown once, because only a hash of its token is stored.

    Data: {client_id, id, status, url, ends_at}.
    """
    result = previews.start_preview(
        client, source=PreviewSource(source, branch), drafts=drafts, wait=wait,
        progress=session.screen, **session.location(env, local=local),
    )  # fmt: skip
    views.show_started_preview(session.screen, result)
    return asdict(result)


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """List the previews, the newest first.

      platform preview list acme

    Data: {previews: [{id, status, label, created_at, ends_at, files, bytes, reason,
      drafts}]}.
    """
    found = previews.list_previews(client, **session.location(env, local=local))
    views.show_previews(session.screen, client, found)
    return {"previews": [asdict(preview) for preview in found]}


def end(
    session: Session, client: Client, preview: PreviewId, env: Env = None, local: Local = False
) -> Data:
    """Close the address of a preview and delete its files.

      platform preview end acme 20261201

    Data: {client_id, id}.
    """
    ended = previews.end_preview(client, preview, **session.location(env, local=local))
    session.screen.say(f"Ended the preview {ended}.")
    return {"client_id": client, "id": ended}


COMMANDS = {"start": start, "list": list_, "end": end}
DEFAULT = "start"
