"""The whole story on this machine, in one command.

Deploys a site, changes it by a signed webhook, and shows that it changed. Needs no account and no
login. Leaves the site running.

    platform demo
    platform demo --open
"""

import shutil
import time
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands import deploy, send
from platform_cli.commands._deployed import bindings, blueprint, deployed, safe_of
from platform_cli.errors import DeployFailed, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import CLIENTS, Workspace, shipped

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed

CLIENT = "acme"
EVENT = "article.published"
FOLDER = "platform-demo"


def run(
    session: Session,
    open_: Annotated[bool, typer.Option("--open", help="Show the site in a browser.")] = False,
) -> Data:
    """Data: {client, site_url, webhook_base_url, page, before, after, status, live_seconds}."""
    _workspace(session)
    site = deploy.run(session, CLIENT, local=True)
    found = deployed(session, CLIENT, local=True)
    if open_:
        webbrowser.open(f"{found.site.site_url}/")
    told = _change_a_page(session, found)
    _farewell(session, found)
    return {
        "client": CLIENT,
        "site_url": site["site_url"],
        "webhook_base_url": site["webhook_base_url"],
        **told,
    }


def _workspace(session: Session) -> None:
    """The workspace around, or a new one below this folder; the demo's client in it."""
    try:
        workspace = session.workspace
    except UsageError:
        workspace = Workspace(Path.cwd() / FOLDER)
        session.flags.workspace = str(workspace.root)
    file = workspace.clients / f"{CLIENT}.yaml"
    if not file.exists():
        workspace.clients.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped(CLIENTS) / file.name, file)
        session.screen.say(f"The demo client is {file}.")


def _change_a_page(session: Session, found: "Deployed") -> dict[str, object]:
    """Sends one delivery as the vendor would; shows the page before and after."""
    from platform_cli.deploy import delivery, journey, pages
    from platform_core.webhook import WEBHOOK_SECRET

    screen = session.screen
    provider = _author(session)
    titles = pages.titles(found.site.site_url)
    title = f"Changed by a signed webhook at {datetime.now():%H:%M:%S}"  # noqa: DTZ005 (a clock on a wall)
    prepared = send.prepared(provider, EVENT, edits={"title": title})
    secret = safe_of(session.client(CLIENT), found.target).current(provider, WEBHOOK_SECRET)
    request = delivery.signed(prepared, provider, secret, time.time())
    before = journey.before(found)
    screen.say()
    screen.say(f"An editor publishes; {provider} posts a signed delivery ({EVENT}):")
    answer = delivery.post(request, provider, found.site.webhook_base_url, time.monotonic)
    send.say(session, [answer])
    told = send.follow(session, found, before, answer.delivery_id)
    now = pages.titles(found.site.site_url)
    page = next((path for path, each in now.items() if each == title), None)
    if page is None:
        raise DeployFailed("no page shows the new title", hint=f"platform events {CLIENT}")
    screen.say(f"Page      {found.site.site_url}{page}")
    screen.say(f"  before  {titles.get(page, '(it was not there)')}")
    screen.say(f"  after   {title}")
    screen.say(f"From the editor's click to the page: {told['live_seconds']} s.")
    return {
        "page": page,
        "before": titles.get(page),
        "after": title,
        "status": answer.status,
        "ack_seconds": round(answer.seconds, 4),
        "live_seconds": told["live_seconds"],
    }


def _author(session: Session) -> str:
    """The provider of the client whose editors write articles."""
    from platform_cli.deploy import delivery

    for binding in bindings(blueprint(session, CLIENT)):
        if EVENT in delivery.events(binding.provider):
            return binding.provider
    raise UsageError(f"no provider of {CLIENT} has a recorded {EVENT}")


def _farewell(session: Session, found: "Deployed") -> None:
    say = session.screen.say
    provider = _author(session)
    for line in (
        "",
        f"Site      {found.site.site_url}/",
        f"Webhooks  {found.site.webhook_base_url}/{{provider}}",
        f"Try       platform send {CLIENT} {provider} {EVENT} --edit title=Hello --wait",
        f"          platform events {CLIENT}",
        f"          platform builds {CLIENT}",
        f"          platform rollback {CLIENT}",
        "Stop      platform local stop",
    ):
        say(line)
