"""Clients that the last published version deployed work on after an upgrade, and lose nothing.

The wheel of that version is built from its commit (`last_version.toml`) and installed with the
packages that it pins. It deploys an event-driven and a direct client to an embedded cloud, and uses
them. The current code then deploys the same workspace. Takes minutes.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.local.ground import connect, wait_for
from tests.packaging.last_version import last_version
from tests.packaging.wheels import PROGRAMS, Tool, build_wheel, install_pinned

pytestmark = [pytest.mark.slow, pytest.mark.local]

ORCHARD, BAKERY = "plum-orchard", "birch-bakery"
"""The clients of the golden templates: event-driven with two providers, and direct."""

CLIENTS = {
    ORCHARD: ("--cms", "sanity", "--commerce", "shopify_basic", "--mode", "event_driven"),
    BAKERY: ("--cms", "decap", "--mode", "direct"),
}
EDITS = {
    ORCHARD: ("sanity", "article.published", "--edit", "title=Pruned in winter"),
    BAKERY: ("decap", "push"),
}
"""A delivery of each client that changes its site."""

NEW_PAGE = "/products/driftwood-tray/"
PENDING = {ORCHARD: ("shopify_basic", "products/create"), BAKERY: ("decap", "push")}
"""A delivery of each client that waits during the upgrade. The first one adds a page."""


@dataclass(frozen=True)
class State:
    """All that must survive an upgrade of one client."""

    items: list[dict[str, Any]]
    deliveries: dict[str, str]
    """Status by id."""
    releases: list[str]
    live: str
    home_page: str
    secrets: dict[str, str]


@dataclass(frozen=True)
class Upgraded:
    """A workspace after the upgrade, and the state of its clients before and after it."""

    platform: Tool
    before: dict[str, State]
    after: dict[str, State]
    pending: dict[str, str]
    """The delivery of each client that was pending during the upgrade."""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    if not last_version().is_here():
        pytest.skip(last_version().how_to_get())
    folder = tmp_path_factory.mktemp("upgrade")
    former = install_last_version(folder)
    current = Tool(PROGRAMS / "platform", former.workspace)
    try:
        for client in CLIENTS:
            create_and_use(former, client)
        former("rollback", ORCHARD)
        set_workers(former, running=False)
        pending = {
            client: str(former.data("send", client, *PENDING[client])["delivery_id"])
            for client in CLIENTS
        }
        before = {client: read_state(former, client) for client in CLIENTS}
        former("local", "stop")
        for client in CLIENTS:
            current("deploy", client, "--local", "--yes")
        after = {client: read_state(current, client) for client in CLIENTS}
        yield Upgraded(current, before, after, pending)
    finally:
        current("local", "stop")


def install_last_version(folder: Path) -> Tool:
    source = folder / "former" / "source"
    last_version().unpack(source)
    wheel = build_wheel(source, folder / "former" / "wheel")
    workspace = folder / "workspace"
    (workspace / "clients").mkdir(parents=True)
    return Tool(install_pinned(wheel, source, folder / "former" / "venv"), workspace)


def create_and_use(platform: Tool, client: str) -> None:
    """Deploy a client that has a secret of its own, an applied delivery and two releases."""
    platform(
        "new-client", client, *CLIENTS[client], "--engine", "hugo", "--domain", f"{client}.example",
        "--company", client.title(), "--email", "web@example.com", "--no-input", "--yes",
    )  # fmt: skip
    platform("deploy", client, "--local", "--yes")
    provider, *edit = EDITS[client]
    platform("secrets", "set", client, provider, "webhook_secret", stdin=f"a-secret-of-{client}")
    assert platform.data("send", client, provider, *edit, "--wait")["applied"] == "applied"


def set_workers(platform: Tool, *, running: bool) -> None:
    """Stop what starts the workers of all clients, or start it again: their streams and sweeps.

    While they are stopped, a delivery is stored and stays pending.
    """
    with closing(connect_to(platform, "lambda")) as functions:
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=running)
        with closing(connect_to(platform, "scheduler")) as scheduler:
            for sweep in list_sweeps(scheduler):
                scheduler.update_schedule(**sweep, State="ENABLED" if running else "DISABLED")
                if running:
                    target = sweep["Target"]
                    functions.invoke(FunctionName=target["Arn"], Payload=target["Input"])


def list_sweeps(scheduler: Any) -> list[dict[str, Any]]:
    """Return the definitions of the schedules that run for ever."""
    names = [(each["GroupName"], each["Name"]) for each in scheduler.list_schedules()["Schedules"]]
    schedules = [scheduler.get_schedule(GroupName=group, Name=name) for group, name in names]
    fields = ("GroupName", "Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    return [
        {field: schedule[field] for field in fields}
        for schedule in schedules
        if schedule["ScheduleExpression"].startswith("rate(")
    ]


def connect_to(platform: Tool, service: str) -> Any:
    """Return a boto3 client of the running cloud, whichever version serves it."""
    status = platform.data("local", "status")
    keys = json.loads((Path(status["state_dir"]) / "access_keys.json").read_text())
    return connect(service, status["aws_endpoint"], keys["owner"])


def read_state(platform: Tool, client: str) -> State:
    events = platform.data("events", client, "--limit", "1000")["events"]
    status = platform.data("status", client)
    return State(
        items=platform.data("content", client)["items"] if client == ORCHARD else [],
        deliveries={event["id"]: event["status"] for event in events},
        releases=[each["id"] for each in platform.data("releases", "list", client)["releases"]],
        live=status["site"]["live"],
        home_page=read_home_page(status),
        secrets=read_secrets(platform, client),
    )


def read_home_page(status: Any) -> str:
    return httpx2.get(status["site_url"], trust_env=False).raise_for_status().text


def read_secrets(platform: Tool, client: str) -> dict[str, str]:
    """Return the values of a client's secrets, by the names under which they are stored."""
    with closing(connect_to(platform, "ssm")) as parameters:
        listed = parameters.get_parameters_by_path(
            Path=f"/platform/{client}/", Recursive=True, WithDecryption=True
        )["Parameters"]
    return {each["Name"]: each["Value"] for each in listed}


# --- the tests, in order ------------------------------------------------------------------------


def test_the_deliveries_were_pending_before_the_upgrade(upgraded: Upgraded) -> None:
    for client, delivery in upgraded.pending.items():
        assert upgraded.before[client].deliveries[delivery] == "pending"


def test_rows_secrets_and_releases_are_still_there(upgraded: Upgraded) -> None:
    for client, before in upgraded.before.items():
        after = upgraded.after[client]
        assert [item for item in before.items if item not in after.items] == []
        assert before.deliveries.keys() == after.deliveries.keys()
        assert f"a-secret-of-{client}" in "".join(before.secrets.values())
        assert before.secrets == after.secrets
        assert len(before.releases) == 2
        assert set(before.releases) <= set(after.releases)
    assert upgraded.before[ORCHARD].items


def test_the_pointer_of_a_rolled_back_site_stays(upgraded: Upgraded) -> None:
    before, after = upgraded.before[ORCHARD], upgraded.after[ORCHARD]
    assert before.live == before.releases[1], "it was rolled back"
    assert (after.live, after.home_page) == (before.live, before.home_page)


def test_pending_deliveries_are_applied(upgraded: Upgraded) -> None:
    platform = upgraded.platform
    set_workers(platform, running=True)
    for client, delivery in upgraded.pending.items():
        wait_for(partial(is_settled, platform, client, delivery))
    platform("releases", "resume", ORCHARD)
    site = platform.data("status", ORCHARD)["site_url"]
    wait_for(lambda: httpx2.get(site + NEW_PAGE, trust_env=False).status_code == 200)


def is_settled(platform: Tool, client: str, delivery: str) -> bool:
    """Return whether a delivery was applied, or found applied: the upgrade reads all content."""
    status = platform.data("events", client, delivery)["status"]
    assert status in {"pending", "applied", "duplicate"}
    return bool(status != "pending")


def test_a_rollback_returns_to_a_release_from_before_the_upgrade(upgraded: Upgraded) -> None:
    platform = upgraded.platform
    for client, before in upgraded.before.items():
        platform("rollback", client, before.live)
        status = platform.data("status", client)
        assert (status["site"]["live"], read_home_page(status)) == (before.live, before.home_page)
        platform("releases", "resume", client)


def test_a_delivery_changes_the_page_after_the_upgrade(upgraded: Upgraded) -> None:
    for client, delivery in EDITS.items():
        sent = upgraded.platform.data("send", client, *delivery, "--wait")
        assert (sent["applied"], bool(sent["changed"])) == ("applied", True)
