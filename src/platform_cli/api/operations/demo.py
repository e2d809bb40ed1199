"""The demo: a signed webhook changes a page of a site on this machine."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.deliveries.samples import (
    LiveChange,
    SendOptions,
    SentDelivery,
    send,
    wait_until_live,
)
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import open_workspace
from platform_cli.errors import DeployFailed, UsageError
from platform_cli.sample_deliveries import deliveries, site_probe
from platform_cli.sample_deliveries.deliveries import SampleItem
from platform_cli.workspace import CLIENTS_FOLDER, Workspace, shipped_folder

DEMO_CLIENT: Final = "acme"
DEMO_FOLDER: Final = "platform-demo"
CONTENT_TYPES: Final = ("article", "page", "product")
"""Content types to change, in the order of preference."""


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """The workspace of the demo."""

    workspace: Workspace
    created_file: Path | None
    """The client's file, if the demo created it."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page before and after a signed delivery."""

    site_url: str
    page: str
    before: str | None
    after: str
    status: int
    """HTTP status of the response to the webhook."""
    ack_seconds: float
    live: LiveChange


def prepare_workspace(client: str, workspace: str | None = None) -> DemoWorkspace:
    """Return the workspace to use, with the demo's own client in it if that is the client.

    The demo's own client needs no workspace: without one, a new folder below the current one is
    used.
    """
    if client != DEMO_CLIENT:
        return DemoWorkspace(open_workspace(workspace), None)
    try:
        demo_workspace = open_workspace(workspace)
    except UsageError:
        demo_workspace = Workspace(Path.cwd() / DEMO_FOLDER)
    file = demo_workspace.clients / f"{DEMO_CLIENT}.yaml"
    if file.exists():
        return DemoWorkspace(demo_workspace, None)
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped_folder(CLIENTS_FOLDER) / file.name, file)
    return DemoWorkspace(demo_workspace, file)


def choose_item(client: str, workspace: Workspace) -> SampleItem:
    """Choose the recorded item to publish: an article if there is one, else a page or a product.

    Raises `UsageError` if no provider of the client has a recorded item that a page shows.
    """
    bindings = provider_bindings(load_blueprint(client, workspace=workspace))
    if not bindings:
        raise UsageError(
            f"{client} has no provider, so no webhook changes its site",
            hint=f"platform deploy {client} --local",
        )
    items = [
        item
        for binding in bindings
        for item in deliveries.list_sample_items(binding.provider, binding.settings)
    ]
    for content_type in CONTENT_TYPES:
        for item in items:
            if item.kind == content_type:
                return item
    names = ", ".join(binding.provider for binding in bindings)
    raise UsageError(
        f"no provider of {client} ({names}) has a recorded delivery that a page shows",
        hint=f"platform deploy {client} --local",
    )


def change_page_by_webhook(
    client: str,
    item: SampleItem,
    site_url: str,
    *,
    workspace: Workspace,
    progress: Progress = NO_PROGRESS,
) -> PageChange:
    """Publish an item, then change its title by a signed delivery, and wait for the page."""
    if item.title not in site_probe.read_titles(site_url).values():
        _send_and_wait_until_live(client, item, item.title, workspace, progress)
    titles_before = site_probe.read_titles(site_url)
    title = f"Changed by a signed webhook at {time.strftime('%H:%M:%S')}"
    sent, live = _send_and_wait_until_live(client, item, title, workspace, progress)
    titles = site_probe.read_titles(site_url)
    page = next((path for path, headline in titles.items() if headline == title), None)
    if page is None:
        raise DeployFailed("no page shows the new title", hint=f"platform events {client}")
    return PageChange(
        site_url=site_url,
        page=page,
        before=titles_before.get(page),
        after=title,
        status=sent.responses[0].status,
        ack_seconds=round(sent.responses[0].seconds, 4),
        live=live,
    )


def _send_and_wait_until_live(
    client: str, item: SampleItem, title: str, workspace: Workspace, progress: Progress
) -> tuple[SentDelivery, LiveChange]:
    with progress.step(f"Sending a signed delivery of {item.provider} ({item.event})") as step:
        options = SendOptions(new_title=(item.title, title))
        sent = send(
            client, item.provider, item.event, options=options, local=True, workspace=workspace
        )
        response = sent.responses[0]
        step.note(f"{response.status} in {round(response.seconds * 1000)} ms")
    if not sent.is_accepted:
        raise DeployFailed(
            f"the webhook address answered {response.status}", hint=f"platform logs {client}"
        )
    return sent, wait_until_live(sent, progress=progress)
