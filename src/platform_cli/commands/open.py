"""Print the address of a client's page and open it in a browser.

Without a terminal, or with --no-input or --json, it only prints the address.

    platform open acme
    platform open acme cms
    platform open acme aws --env staging
    curl "$(platform open acme webhooks)"
"""

import webbrowser
from typing import Annotated

import typer

from platform_cli.api.operations.pages import WebPage, find_page
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session

PageName = Annotated[
    WebPage,
    typer.Argument(
        metavar="[PAGE]",
        help="site; webhooks: the health of their API; aws: the stack in the console; or cms: the "
        "editor.",
    ),
]


def run(
    session: Session, client: Client, page: PageName = WebPage.SITE, env: Env = None,
    local: Local = False,
) -> Data:  # fmt: skip
    """Data: {client_id, page, url, opened}."""
    screen = session.screen
    url = find_page(client, page, **session.location(env, local=local))
    screen.write(url)
    opened = screen.interactive and webbrowser.open(url)
    if screen.interactive and not opened:
        screen.say("No browser could be opened.")
    return {"client_id": client, "page": page.value, "url": url, "opened": opened}
