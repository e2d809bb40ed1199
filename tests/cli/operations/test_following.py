"""Streams: log lines, deliveries and their effects, as they come, until Ctrl-C."""

import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from platform_cli import api
from platform_cli.errors import Exit
from platform_cli.operations.polling import AWS_POLL_SECONDS, LATE_SECONDS, LOCAL_POLL_SECONDS
from platform_cli.targets.deployments import Deployments
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.replay.replay import COOL_DOWN
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient

Turn = Callable[[], None]


@pytest.fixture
def cloud(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> DeployedClient:
    """The client of the workspace, deployed to a cloud in memory."""
    cloud = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: cloud.deployed())
    monkeypatch.setattr(time, "time", lambda: cloud.world.clock.now)
    return cloud


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch, cloud: DeployedClient) -> Callable[..., list[float]]:
    """Run one of these functions in each wait; after the last, a person presses Ctrl-C."""

    def between(*turns: Turn, end: type[BaseException] = KeyboardInterrupt) -> list[float]:
        left, waits = list(turns), []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            cloud.world.clock.sleep(seconds)
            if not left:
                raise end
            left.pop(0)()

        monkeypatch.setattr(time, "sleep", sleep)
        return waits

    return between


def apply_all(cloud: DeployedClient) -> None:
    cloud.world.ingest.apply_deliveries(list(cloud.world.deliveries.rows))


def rows_of(out: str) -> list[list[str]]:
    """Return the status and the id of each line."""
    return [line.split()[2:4] for line in out.splitlines()]


def test_followed_deliveries_appear_once_for_each_status(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    cloud.world.edit("tea", 1)
    waits = between(
        lambda: apply_all(cloud), lambda: None, lambda: cloud.world.edit("cup", 1) and None
    )
    called = call("events", "acme", "--follow")
    assert called.code == Exit.INTERRUPTED
    assert [(status, id_.split("-")[0]) for status, id_ in rows_of(called.out)] == [
        ("pending", "shop#tea"),
        ("applied", "shop#tea"),
        ("pending", "shop#cup"),
    ]
    assert set(waits) == {LOCAL_POLL_SECONDS}


def test_following_begins_with_the_newest_deliveries(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    for number in range(5):
        cloud.world.edit(f"item-{number}", 1)
        cloud.world.clock.sleep(1)
    between(lambda: None)
    called = call("events", "acme", "-f", "--limit", "2")
    assert [subject.split("-")[1] for _, subject in rows_of(called.out)] == ["3", "4"]


def test_a_burst_after_an_empty_inbox_is_complete(
    cloud: DeployedClient, between: Callable[..., list[float]]
) -> None:
    between(lambda: [cloud.world.edit(f"item-{n}", 1) for n in range(9)] and None, end=TimeoutError)
    followed = api.follow_deliveries("acme", limit=2)
    assert len(list(islice(followed, 9))) == 9


def test_a_delivery_that_waits_for_hours_is_still_followed(
    cloud: DeployedClient, between: Callable[..., list[float]]
) -> None:
    stuck = cloud.world.edit("tea", 1)

    def deliver_later() -> None:
        cloud.world.clock.sleep(10 * LATE_SECONDS)
        cloud.world.ingest.apply_deliveries([cloud.world.edit("cup", 1)])

    between(deliver_later, lambda: None, lambda: apply_all(cloud), end=TimeoutError)
    followed = [(one.id, one.status) for one in islice(api.follow_deliveries("acme"), 3)]
    assert followed[0] == (stuck, "pending")
    assert followed[2] == (stuck, "applied")


def test_a_json_stream_has_one_document_a_line_and_ends_with_one(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    cloud.world.edit("tea", 1)
    between(lambda: apply_all(cloud))
    called = call("events", "acme", "--follow", "--json")
    documents = [json.loads(line) for line in called.out.splitlines()]
    assert [document["command"] for document in documents] == ["events"] * 3
    assert [document["data"]["status"] for document in documents[:-1]] == ["pending", "applied"]
    assert documents[-1]["error"]["message"] == "interrupted"
    assert called.code == Exit.INTERRUPTED


def test_following_one_delivery_is_refused(cloud: DeployedClient, call: Call) -> None:
    assert call("events", "acme", "shop#tea", "--follow").code == Exit.USAGE


# --- logs ----------------------------------------------------------------------------------------


def log_line(cloud: DeployedClient, seconds: float, **fields: object) -> dict[str, Any]:
    at = int((cloud.world.clock.now + seconds) * 1000)
    return {"timestamp": at, "level": "INFO", "message": "delivery", **fields}


def test_a_line_that_arrives_after_a_newer_one_is_shown(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    """The logs of two functions are written at different speeds."""
    cloud.log_lines = [log_line(cloud, 0, message="new")]
    late = log_line(cloud, -30, message="late")
    between(lambda: cloud.log_lines.append(late), lambda: None)
    called = call("logs", "acme", "--follow", "--json")
    lines = [json.loads(line) for line in called.out.splitlines()]
    assert [line["data"]["message"] for line in lines[:-1]] == ["new", "late"]


def test_aws_is_asked_less_often(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    cloud.is_local = False
    waits = between(lambda: None)
    call("logs", "acme", "--follow")
    assert set(waits) == {AWS_POLL_SECONDS}


# --- listen --------------------------------------------------------------------------------------


def test_listening_shows_each_step_to_the_page(
    cloud: DeployedClient, between: Callable[..., list[float]]
) -> None:
    world = cloud.world
    world.edit("before", 1)
    world.clock.sleep(5)
    between(lambda: world.edit("tea", 1) and None, lambda: apply_all(cloud), end=TimeoutError)
    first, second = islice(api.listen("acme"), 2)
    assert isinstance(first, api.DeliveryTrace)
    assert isinstance(second, api.DeliveryTrace)
    assert first.id == second.id
    assert "tea" in first.id, "an earlier delivery is no news"
    assert (first.status, second.status) == (DeliveryStatus.PENDING, DeliveryStatus.APPLIED)


def test_listening_shows_a_refused_request_and_its_reason(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    refused = log_line(
        cloud, 1, outcome="refused", provider="sanity", status=401, request_id="r1",
        reason="the signature is wrong",
    )  # fmt: skip
    accepted = log_line(cloud, 1, outcome="accepted", provider="sanity", request_id="r2")
    between(lambda: cloud.log_lines.extend([refused, accepted]), lambda: None)
    called = call("listen", "acme")
    assert called.code == Exit.INTERRUPTED
    (line,) = called.out.splitlines()
    assert line.endswith("refused      sanity  answered 401: the signature is wrong")


def test_a_replayed_delivery_is_followed(
    cloud: DeployedClient, call: Call, between: Callable[..., list[float]]
) -> None:
    delivery = cloud.world.edit("tea", 1)
    apply_all(cloud)
    cloud.world.clock.sleep(COOL_DOWN)
    between(lambda: None)
    called = call("listen", "acme", "--replay", "shop#tea", "--json")
    documents = [json.loads(line) for line in called.out.splitlines()]
    assert [document["data"]["id"] for document in documents[:-1]] == [delivery]
    assert [event.get("action") for _, event in cloud.calls][:1] == ["replay"]


def test_a_replay_of_an_unknown_delivery_listens_to_nothing(
    cloud: DeployedClient, call: Call
) -> None:
    called = call("listen", "acme", "--replay", "nothing#1", "--json")
    assert called.code == Exit.USAGE
    assert called.json["error"]["message"] == "no delivery of acme begins with 'nothing#1'"
