"""The whole story on this machine, in one command.

Deploys a site, changes it by a signed webhook, and shows that it changed. Needs no account and no
login. Leaves the site running.

    platform demo
    platform demo --open
"""

import json
import shutil
import time
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands import deploy, send
from platform_cli.commands._deployed import bindings, blueprint, deployed, safe_of, settings_of
from platform_cli.errors import DeployFailed, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import CLIENTS, Workspace, shipped

if TYPE_CHECKING:
    from platform_cli.deploy.delivery import Recorded
    from platform_cli.deploy.deployment import Deployed

CLIENT = "acme"
EVENT = "article.published"
FOLDER = "platform-demo"


def run(
    session: Session,
    open_: Annotated[bool, typer.Option("--open", help="Show the site in a browser.")] = False,
) -> Data:
    """Data: {client_id, site_url, webhook_base_url, page, before, after, status, live_seconds}."""
    _workspace(session)
    site = deploy.run(session, CLIENT, local=True)
    found = deployed(session, CLIENT, local=True)
    if open_:
        webbrowser.open(f"{found.site.site_url}/")
    told = _change_a_page(session, found)
    _farewell(session, found)
    return {
        "client_id": CLIENT,
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
    """Has an editor publish an article, then mend its title; shows the page before and after."""
    from platform_cli.deploy import pages

    say, site = session.screen.say, found.site.site_url
    published = send.prepared(_author(session), EVENT, edits={})
    if _headline(published) not in pages.titles(site).values():
        _deliver(session, found, {})
    before = pages.titles(site)
    title = f"Changed by a signed webhook at {datetime.now():%H:%M:%S}"  # noqa: DTZ005 (a clock on a wall)
    told = _deliver(session, found, {"title": title})
    page = next((path for path, each in pages.titles(site).items() if each == title), None)
    if page is None:
        raise DeployFailed("no page shows the new title", hint=f"platform events {CLIENT}")
    say(f"Page      {site}{page}")
    say(f"  before  {before.get(page)}")
    say(f"  after   {title}")
    say(f"From the editor's click to the page: {told['live_seconds']} s.")
    return {"page": page, "before": before.get(page), "after": title, **told}


def _headline(recorded: "Recorded") -> str:
    return str(json.loads(recorded.body)["title"])


def _deliver(session: Session, found: "Deployed", edits: dict[str, str]) -> dict[str, object]:
    """Sends one delivery as the vendor would, and waits until the site shows it."""
    from platform_cli.deploy import delivery, journey
    from platform_core.webhook import WEBHOOK_SECRET

    provider = _author(session)
    secret = safe_of(session.client(CLIENT), found.target).current(provider, WEBHOOK_SECRET)
    prepared = send.prepared(provider, EVENT, edits=edits)
    settings = settings_of(blueprint(session, CLIENT), provider)
    request = delivery.signed(prepared, provider, settings, secret, time.time())
    session.screen.say()
    session.screen.say(f"An editor publishes; {provider} posts a signed delivery ({EVENT}):")
    before = journey.before(found)
    answer = delivery.post(request, provider, found.site.webhook_base_url, time.monotonic)
    send.say(session, [answer])
    if answer.status != send.ACCEPTED:
        raise DeployFailed(f"the door answered {answer.status}", hint=f"platform logs {CLIENT}")
    told = send.follow(session, found, before, answer.delivery_id)
    return {"status": answer.status, "ack_seconds": round(answer.seconds, 4), **told}


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
