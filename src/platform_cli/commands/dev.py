"""Serve a client's site while you work on it, with the content of the deployed client.

It runs the development server of the site's generator. An edited file shows in the browser at
once, and so does a change of the content: of an editor, or of `platform send`. Ctrl-C ends it.

    platform dev acme
    platform dev acme --open
    platform dev acme --port 4000 --source ../acme-site

The site's code runs in the sandbox of local builds, in a copy of the source.
"""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.operations.dev_server import DevEvent, ServerReady, prepare_dev_server
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.streams.dev_server import dev_event_data, show_dev_event

Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="Port of the server; by default the first free from 3000."),
]
Source = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the site; by default the client's own."),
]
Open = Annotated[bool, typer.Option("--open", help="Open the site in a browser.")]


def run(
    session: Session, client: Client, *, port: Port = None, source: Source = None,
    open_: Open = False, env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """Data of each line: {kind: ready, url, is_isolated}, {kind: content, change, items, seconds},
    {kind: source, paths, needs_restart}, {kind: output, line} or {kind: failed, reason}."""
    screen = session.screen
    with screen.step(f"Reading the site of {client}"):
        server = prepare_dev_server(
            client, port=port, source=source, **session.location(env, local=local)
        )
    screen.begin_stream()
    screen.say("Starting the development server. Ctrl-C ends it.")

    def show(event: DevEvent) -> None:
        show_dev_event(screen, event)
        session.stream(dev_event_data(event))
        if open_ and isinstance(event, ServerReady):
            webbrowser.open(event.url)

    server.run(show)
    return {}
