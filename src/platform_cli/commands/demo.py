"""The whole story on this machine, in one command.

Deploys a site, changes it by a signed webhook, and shows that it changed. Needs no account and no
login. Leaves the site running. Any client of the workspace will do; left out, it is the shop that
comes with the tool.

    platform demo
    platform demo acme --open
"""

import shutil
import time
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands import deploy, send
from platform_cli.commands._arguments import client_ids
from platform_cli.commands._deployed import bindings, blueprint, deployed, safe_of, settings_of
from platform_cli.errors import DeployFailed, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import CLIENTS, Workspace, shipped

if TYPE_CHECKING:
    from platform_cli.deploy.delivery import News
    from platform_cli.deploy.deployment import Deployed

CLIENT = "acme"
FOLDER = "platform-demo"
KINDS = ("article", "page", "product")
"""What is shown to change, the first that there is."""


def run(
    session: Session,
    client: Annotated[
        str,
        typer.Argument(metavar="[CLIENT]", help="The client's id.", autocompletion=client_ids),
    ] = CLIENT,
    *,
    open_: Annotated[bool, typer.Option("--open", help="Show the site in a browser.")] = False,
) -> Data:
    """Data: {client_id, site_url, webhook_base_url, provider, event, page, before, after, status,
    ack_seconds, applied, changed, live_seconds}."""
    if client == CLIENT:
        _workspace(session)
    news = _news(session, client)
    site = deploy.run(session, client, local=True)
    found = deployed(session, client, local=True)
    if open_:
        webbrowser.open(f"{found.site.site_url}/")
    told = _change_a_page(session, found, news)
    _farewell(session, found, news)
    return {
        "client_id": client,
        "site_url": site["site_url"],
        "webhook_base_url": site["webhook_base_url"],
        "provider": news.provider,
        "event": news.event,
        **told,
    }


def _workspace(session: Session) -> None:
    """The workspace around, or a new one below this folder; the demo's own client in it."""
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


def _news(session: Session, client: str) -> "News":
    """What will be published: an article of the CMS, or else a product of the shop."""
    from platform_cli.deploy import delivery

    having = bindings(blueprint(session, client))
    if not having:
        raise UsageError(
            f"{client} has no provider: no webhook changes its site",
            hint=f"platform deploy {client} --local",
        )
    found = [news for each in having for news in delivery.news(each.provider, each.settings)]
    for kind in KINDS:
        for news in found:
            if news.kind == kind:
                return news
    names = ", ".join(each.provider for each in having)
    raise UsageError(
        f"no provider of {client} ({names}) has a recorded delivery that a page shows",
        hint=f"platform deploy {client} --local",
    )


def _change_a_page(session: Session, found: "Deployed", news: "News") -> dict[str, object]:
    """Has somebody publish an item, then change its title; shows the page before and after."""
    from platform_cli.deploy import pages

    say, site = session.screen.say, found.site.site_url
    if news.title not in pages.titles(site).values():
        _deliver(session, found, news, news.title)
    before = pages.titles(site)
    title = f"Changed by a signed webhook at {datetime.now():%H:%M:%S}"  # noqa: DTZ005 (a clock on a wall)
    told = _deliver(session, found, news, title)
    page = next((path for path, each in pages.titles(site).items() if each == title), None)
    if page is None:
        raise DeployFailed(
            "no page shows the new title", hint=f"platform events {found.names.client_id}"
        )
    say(f"Page      {site}{page}")
    say(f"  before  {before.get(page)}")
    say(f"  after   {title}")
    say(f"From the click to the page: {told['live_seconds']} s.")
    return {"page": page, "before": before.get(page), "after": title, **told}


def _deliver(session: Session, found: "Deployed", news: "News", title: str) -> dict[str, object]:
    """Sends one delivery as the vendor would, and waits until the site shows it."""
    from platform_cli.deploy import delivery, journey
    from platform_core.webhook import WEBHOOK_SECRET

    client, provider = found.names.client_id, news.provider
    secret = safe_of(session.client(client), found.target).current(provider, WEBHOOK_SECRET)
    settings = settings_of(blueprint(session, client), provider)
    recorded = send.prepared(provider, news.event, edits={}, settings=settings)
    said = delivery.retitled(recorded, news.title, title)
    request = delivery.signed(said, provider, settings, secret, time.time())
    session.screen.say()
    session.screen.say(f"Somebody publishes; {provider} posts a signed delivery ({news.event}):")
    before = journey.before(found)
    answer = delivery.post(request, provider, found.site.webhook_base_url, time.monotonic)
    send.say(session, [answer])
    if answer.status != send.ACCEPTED:
        raise DeployFailed(f"the door answered {answer.status}", hint=f"platform logs {client}")
    told = send.follow(session, found, before, answer.delivery_id)
    return {"status": answer.status, "ack_seconds": round(answer.seconds, 4), **told}


def _farewell(session: Session, found: "Deployed", news: "News") -> None:
    client = found.names.client_id
    for line in (
        "",
        f"Site      {found.site.site_url}/",
        f"Webhooks  {found.site.webhook_base_url}/{{provider}}",
        f"Try       platform send {client} {news.provider} {news.event} --wait",
        f"          platform events {client}",
        f"          platform builds {client}",
        f"          platform rollback {client}",
        "Stop      platform local stop",
    ):
        session.screen.say(line)
