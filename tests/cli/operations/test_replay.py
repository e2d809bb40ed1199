"""Replays and dead letters: their selection, their confirmation, and no loss of a message."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from platform_cli.api.deliveries.dead_letters import list_dead_letters, purge
from platform_cli.errors import Exit, UsageError
from platform_cli.operations import attention, delivery_status, inbox
from platform_cli.targets.deployments import Deployments
from platform_cli.times import format_time, parse_time
from platform_core import contract
from platform_core.contract.status import BuildStatus, DeliveryStatus
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.ingest.deliveries import DATA_REQUEST_NOTE, SET_ASIDE_SECONDS
from platform_core.pipeline.ingest.inbox_row import InboxRow
from platform_core.pipeline.replay.replay import COOL_DOWN
from platform_core.provider import Change, Context
from platform_core.webhooks.request import Delivery
from tests.cli.conftest import Call, Called
from tests.cli.operations.deployed_client import DeployedClient
from tests.fakes.pipeline import T0


@pytest.fixture
def kept(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> DeployedClient:
    """The client of the workspace, deployed to a cloud in memory."""
    kept = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: kept.deployed())
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(time, "time", lambda: kept.world.clock.now)
    return kept


def applied(kept: DeployedClient, count: int = 1) -> list[str]:
    """Deliveries that were applied a second apart and whose cool-down is over."""
    ids = []
    for number in range(count):
        ids.append(kept.world.edit(f"item-{number}", 1))
        kept.world.clock.sleep(1)
    kept.world.ingest.apply_deliveries(ids)
    kept.world.clock.sleep(COOL_DOWN)
    return ids


def given_up(kept: DeployedClient, key: str = "n1") -> str:
    """A failed delivery with its message."""
    delivery = kept.world.deliver({"kind": "no such"}, key)
    kept.world.ingest.apply_deliveries([delivery])
    kept.lie({"delivery": delivery, "reason": "Malformed: not understood"})
    return delivery


def mended(kept: DeployedClient, delivery: str) -> None:
    """Let the next attempt succeed, as after a deploy of a fix."""
    kept.world.vendor.changes = lambda context, delivery: []  # type: ignore[method-assign]


def data(called: Called) -> Any:
    return called.json["data"]


# --- replay --------------------------------------------------------------------------------------


def test_a_replay_needs_a_selection(kept: DeployedClient, call: Call) -> None:
    called = call("replay", "acme", "--yes")
    assert called.code == Exit.USAGE
    assert "--failed" in called.err
    assert not kept.calls


def test_a_replay_needs_confirmation(kept: DeployedClient, call: Call) -> None:
    applied(kept)
    called = call("replay", "acme", "--since", "1h", "--no-input")
    assert called.code == Exit.USAGE
    assert "Replay 1 delivery?" in called.err
    assert "shop#item-0-1-" in called.out, "it is listed first"
    assert not kept.calls


def test_a_dry_run_lists_without_a_prompt(kept: DeployedClient, call: Call) -> None:
    ids = applied(kept, 3)
    output = data(call("replay", "acme", "--since", "1h", "--dry-run", "--json"))
    assert [one["id"] for one in output["matching"]] == ids
    assert (output["dry_run"], output["left"], kept.calls) == (True, 0, [])


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["--since", format_time(T0 + 1) or ""], [1, 2, 3]),
        (["--since", format_time(T0 + 1) or "", "--until", format_time(T0 + 2) or ""], [1, 2]),
        (["--id", "shop#item-2"], [2]),
        (["--id", "shop#item-2", "--id", "shop#item-0"], [2, 0]),
        (["--provider", "sanity"], [0, 1, 2, 3]),
        (["--provider", "shopify"], []),
        (["--failed"], []),
    ],
    ids=lambda each: " ".join(map(str, each)),
)
def test_options_select_deliveries(
    words: list[str], numbers: list[int], kept: DeployedClient, call: Call
) -> None:
    ids = applied(kept, 4)
    output = data(call("replay", "acme", *words, "--yes", "--json"))
    assert [one["id"] for one in output["replayed"]] == [ids[number] for number in numbers]


def test_a_replay_beyond_the_maximum_explains_how_to_continue(
    kept: DeployedClient, call: Call
) -> None:
    ids = applied(kept, 5)
    called = call("replay", "acme", "--since", "1h", "--max", "2", "--yes", "--json")
    assert [one["id"] for one in data(called)["replayed"]] == ids[:2]
    assert data(called)["left"] == 3
    (warning,) = called.json["warnings"]
    assert warning.startswith("5 deliveries match, more than --max 2")
    rest = call("replay", "acme", "--since", warning.split()[-1], "--yes", "--json")
    assert [one["id"] for one in data(rest)["replayed"]] == ids[2:]


def test_a_replay_respects_the_rate_limit(
    kept: DeployedClient, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    applied(kept, 12)
    call("replay", "acme", "--since", "1h", "--rate", "5", "--yes")
    batches = [len(event["ids"]) for _, event in kept.calls if event["action"] == "replay"]
    assert batches == [5, 5, 2]
    assert all(0.5 < seconds <= 1.0 for seconds in slept)
    assert len(slept) == 2, "after the last one nobody waits"
    assert call("replay", "acme", "--failed", "--rate", "1000").code == Exit.USAGE


def test_a_replay_calls_the_builder_once_at_the_end(kept: DeployedClient, call: Call) -> None:
    applied(kept, 30)
    call("replay", "acme", "--since", "1h", "--yes")
    assert [name for name, _ in kept.calls] == ["acme-prod-ingest"] * 3 + ["acme-prod-builder"]


def test_a_replay_reports_the_rest_after_a_failed_function(
    kept: DeployedClient, call: Call
) -> None:
    applied(kept, 3)
    kept.failing = {"acme-prod-ingest"}
    called = call("replay", "acme", "--since", "1h", "--yes", "--json")
    assert (called.code, data(called)["left"]) == (Exit.FAILURE, 3)
    assert "3 deliveries are left and can be replayed again" in called.json["warnings"][0]


def test_a_replay_that_fails_again_is_reported(kept: DeployedClient, call: Call) -> None:
    delivery = given_up(kept)
    called = call("replay", "acme", "--failed", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert data(called)["replayed"] == [
        {"id": delivery, "number": 1, "status": "failed", "reason": "Malformed: not understood"}
    ]


def test_a_delivery_is_not_replayed_during_its_cool_down(kept: DeployedClient, call: Call) -> None:
    applied(kept)
    call("replay", "acme", "--since", "1h", "--yes")
    output = data(call("replay", "acme", "--since", "1h", "--yes", "--json"))
    assert output["replayed"] == []
    assert "less than 60 seconds ago" in output["skipped"][0]["reason"]


def test_the_builder_replays_in_direct_mode(kept: DeployedClient) -> None:
    assert inbox.get_inbox_function_output_key(kept.deployed()) == contract.OUT_INGEST
    del kept.outputs[contract.OUT_INGEST]
    assert inbox.get_inbox_function_output_key(kept.deployed()) == contract.OUT_BUILDER


@pytest.mark.parametrize("text", ["yesterday", "2 h", "-2h", "2w", ""])
def test_an_invalid_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_time(text, T0)
    assert "30m, 2h or 7d" in refused.value.findings[0].hint


def test_times_without_a_zone_are_utc() -> None:
    assert parse_time("90m", T0) == T0 - 5400
    assert format_time(parse_time("2026-11-24T10:00:00", T0)) == "2026-11-24T10:00:00.000Z"
    assert format_time(parse_time("2026-11-24T10:00:00+02:00", T0)) == "2026-11-24T08:00:00.000Z"


# --- a delivery's life ---------------------------------------------------------------------------


def changing(count: int | None) -> InboxRow:
    """An applied delivery after which the site has this count of changes."""
    return InboxRow("sanity#k1", "sanity", DeliveryStatus.APPLIED, T0, changed=count)


def test_a_status_lists_the_stages_so_far(kept: DeployedClient) -> None:
    world, deployed = kept.world, kept.deployed()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    assert (
        delivery_status.trace_delivery(deployed, changing(1)) == delivery_status.DeliveryProgress()
    ), "nothing has been built"
    world.builder.reconcile()
    world.pass_time(4)
    (first,) = world.records.builds
    assert delivery_status.trace_delivery(
        deployed, changing(1)
    ) == delivery_status.DeliveryProgress(first, BuildStatus.BUILDING)
    world.fail_builds()
    assert delivery_status.trace_delivery(deployed, changing(1)).build_status == "failed"
    world.pass_time(60)
    world.finish_builds()
    second = world.records.builds[world.site.state.live or ""]
    output = delivery_status.trace_delivery(deployed, changing(1))
    assert output == delivery_status.DeliveryProgress(
        second.id, BuildStatus.SUCCEEDED, second.id, second.finished_at, live=True
    )
    assert (
        delivery_status.trace_delivery(deployed, changing(2)) == delivery_status.DeliveryProgress()
    ), "the next change is not in it"
    assert (
        delivery_status.trace_delivery(deployed, changing(None))
        == delivery_status.DeliveryProgress()
    ), "an order is on no page"


def test_a_change_that_was_rolled_back_is_not_live(kept: DeployedClient) -> None:
    world, deployed = kept.world, kept.deployed()
    for version in (1, 2):
        world.ingest.apply_deliveries([world.edit("tea", version)])
        world.settle(3)
    assert delivery_status.trace_delivery(deployed, changing(2)).live
    world.builder.rollback(None)
    output = delivery_status.trace_delivery(deployed, changing(2))
    assert (output.build_status, output.live, output.live_at) == ("succeeded", False, None)
    assert delivery_status.trace_delivery(deployed, changing(1)).live


# --- dead letters --------------------------------------------------------------------------------

BUILDER = "arn:aws:lambda:eu-west-1:1:function:acme-prod-builder:$LATEST"
INGEST = "arn:aws:lambda:eu-west-1:1:function:acme-prod-ingest"
CALLS: list[tuple[Any, dict[str, str], str, tuple[str, Any] | None]] = [
    (
        {
            "requestContext": {"functionArn": BUILDER, "condition": "RetriesExhausted"},
            "requestPayload": {"source": "aws.codebuild"},
            "responsePayload": {"errorMessage": "no answer"},
        },
        {},
        "no answer",
        ("acme-prod-builder", {"source": "aws.codebuild"}),
    ),
    (
        {
            "requestContext": {"functionArn": INGEST, "condition": "RetryAttemptsExhausted"},
            "DDBStreamBatchInfo": {"batchSize": 3},
        },
        {},
        "RetryAttemptsExhausted",
        ("acme-prod-ingest", {"action": "sweep"}),
    ),
    (
        {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:acme-prod-content"},
        {"ErrorCode": "Throttled"},
        "Throttled",
        ("acme-prod-builder", {"action": "look"}),
    ),
    (
        {"action": "sweep"},
        {"TARGET_ARN": INGEST, "ERROR_MESSAGE": "Rate exceeded", "ERROR_CODE": "429"},
        "Rate exceeded",
        ("acme-prod-ingest", {"action": "sweep"}),
    ),
    (
        {"requestContext": {"functionArn": BUILDER}, "requestPayload": {"action": "rollback"}},
        {},
        "",
        None,
    ),
    ({"action": "sweep"}, {"TARGET_ARN": f"{INGEST}-of-another"}, "", None),
    ("no JSON at all", {}, "", None),
    ([1, 2], {}, "", None),
]


@pytest.mark.parametrize(("letter", "attributes", "reason", "again"), CALLS)
def test_each_message_has_a_reason_and_is_retried_or_stays(
    letter: Any,
    attributes: dict[str, str],
    reason: str,
    again: tuple[str, Any] | None,
    kept: DeployedClient,
    call: Call,
) -> None:
    message = kept.lie(letter, **attributes)
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (output["id"], output["reason"], output["in_queue"]) == (message, reason, 1)
    assert (kept.hidden, kept.calls) == (set(), []), "who only looks changes nothing"
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    if again is None:
        assert (called.code, kept.calls, list(kept.queue)) == (Exit.FAILURE, [], [message])
        assert output["redrive"] == f"nothing: {data(called)['left'][0]['reason']}"
    else:
        assert (called.code, kept.calls, kept.queue) == (Exit.OK, [again], {})


def test_a_message_stays_until_its_call_succeeds(kept: DeployedClient, call: Call) -> None:
    message = kept.lie({"Type": "Notification", "TopicArn": "arn"})
    kept.failing = {"acme-prod-builder"}
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert "no answer" in data(called)["left"][0]["reason"]
    assert (list(kept.queue), kept.hidden) == ([message], set())


def test_a_delivery_is_listed_once_and_replayed(kept: DeployedClient, call: Call) -> None:
    delivery = given_up(kept)
    kept.lie({"delivery": delivery, "reason": "Malformed: not understood"})
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (output["id"], output["in_queue"], output["redrive"]) == (delivery, 2, "replay")
    mended(kept, delivery)
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert data(called)["redriven"] == [{"id": delivery, "is_now": "applied"}]
    assert (called.code, kept.queue) == (Exit.OK, {})


def test_a_failed_delivery_without_a_message_is_listed(kept: DeployedClient, call: Call) -> None:
    """Messages expire after 14 days; the row of a failed delivery does not."""
    delivery = given_up(kept)
    kept.queue.clear()
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (output["id"], output["in_queue"], output["redrive"]) == (delivery, 0, "replay")


def test_a_delivery_that_cannot_be_replayed_keeps_its_message(
    kept: DeployedClient, call: Call
) -> None:
    delivery = given_up(kept)
    call("replay", "acme", "--failed", "--yes")
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert data(called)["left"][0]["id"] == delivery
    assert len(kept.queue) == 1
    kept.failing = {"acme-prod-ingest"}
    call("deadletters", "redrive", "acme", "--yes")
    assert (len(kept.queue), kept.hidden) == (1, set())


def test_the_message_of_an_applied_delivery_is_deleted(kept: DeployedClient, call: Call) -> None:
    (delivery,) = applied(kept)
    kept.lie({"delivery": delivery, "reason": "no answer"})
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert output["redrive"] == "nothing: it is settled"
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert data(called)["redriven"] == [{"id": delivery, "is_now": "settled"}]
    assert (kept.queue, kept.calls) == ({}, [])


def test_a_dead_letter_is_selected_by_its_prefix(kept: DeployedClient, call: Call) -> None:
    first, second = given_up(kept, "n1"), given_up(kept, "n2")
    purged = data(call("deadletters", "purge", "acme", "--id", "shop#n2", "--yes", "--json"))
    assert purged["purged"] == purged["discarded"] == [second]
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert output["id"] == first


@pytest.mark.parametrize(("days", "is_soon"), [(0, False), (70, False), (80, True)])
def test_a_dead_letter_shows_its_last_day_and_warns_before_it(
    kept: DeployedClient, call: Call, monkeypatch: pytest.MonkeyPatch, days: int, is_soon: bool
) -> None:
    failed = given_up(kept)
    end = kept.world.deliveries.ends[failed]
    monkeypatch.setattr("time.time", lambda: end - (90 - days) * 24 * 3600)
    (output,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (output["expires_at"], output["expires_soon"]) == (format_time(end), is_soon)
    assert (f"{failed} is deleted on" in call("deadletters", "list", "acme").err) == is_soon


def test_a_pending_delivery_is_given_up_by_its_whole_id(kept: DeployedClient, call: Call) -> None:
    pending = kept.world.deliver({"kind": "order", "id": "o1"}, "stuck")
    for words in (["list"], ["list", "--id", "shop#stu"]):
        assert (
            data(call("deadletters", *words[:1], "acme", *words[1:], "--json"))["dead_letters"]
            == []
        )
    called = call("deadletters", "redrive", "acme", "--id", pending, "--yes", "--json")
    assert data(called)["left"][0]["reason"] == "it waits, and is applied without a redrive"
    purged = data(call("deadletters", "purge", "acme", "--id", pending, "--yes", "--json"))
    assert purged["purged"] == purged["discarded"] == [pending]
    assert kept.world.deliveries.status(pending) == "failed"
    kept.world.sweep()
    assert kept.world.deliveries.status(pending) == "failed"


def replay_in_vain(kept: DeployedClient, call: Call, delivery: str) -> None:
    """Make a failed delivery pending again: the vendor does not answer its replay."""

    def fail(context: Context, delivery: Delivery) -> list[Change]:
        raise VendorUnavailable("no answer")

    kept.world.vendor.changes = fail  # type: ignore[method-assign]
    call("replay", "acme", "--id", delivery, "--yes")
    assert kept.world.deliveries.status(delivery) == "pending"


@pytest.mark.parametrize("verb", ["purge", "redrive"])
def test_a_pending_delivery_that_nobody_names_loses_its_message_only(
    verb: str, kept: DeployedClient, call: Call
) -> None:
    delivery = given_up(kept)
    replay_in_vain(kept, call, delivery)
    (listed,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert listed["redrive"] == "nothing: it waits, and is applied without a redrive"
    called = call("deadletters", verb, "acme", "--yes", "--json")
    assert (called.code, kept.queue, kept.discarded) == (Exit.OK, {}, {})
    mended(kept, delivery)
    kept.world.clock.sleep(3600)
    kept.world.sweep()
    assert kept.world.deliveries.status(delivery) == "applied"


def test_status_counts_the_failed_deliveries_that_are_deleted_soon(
    kept: DeployedClient,
) -> None:
    """A young one, a discarded one and one without a term are not counted."""
    failed = []
    for number in range(4):
        failed.append(given_up(kept, f"n{number}"))
        kept.world.clock.sleep(5)
    first, second, discarded, endless = failed
    end = kept.world.deliveries.ends[first]
    kept.world.clock.sleep(SET_ASIDE_SECONDS - 10 * 24 * 3600)
    kept.discarded[discarded] = kept.world.clock.now
    del kept.world.deliveries.ends[endless]
    given_up(kept, "young")
    assert [row.id for row in attention.list_ending_deliveries(kept.deployed())] == [first, second]
    kept.world.clock.sleep(-6 * 24 * 3600)
    assert end - kept.world.clock.now > attention.WARNING_SECONDS
    assert attention.list_ending_deliveries(kept.deployed()) == []


def test_status_counts_requests_for_data_of_the_last_30_days(kept: DeployedClient) -> None:
    (request,) = applied(kept)
    assert attention.count_data_requests(kept.deployed()) == 0
    row = kept.world.deliveries.rows[request]
    kept.world.deliveries.rows[request] = replace(row, reason=f"{DATA_REQUEST_NOTE}: c1")
    assert attention.count_data_requests(kept.deployed()) == 1
    kept.world.clock.sleep(31 * 24 * 3600)
    assert attention.count_data_requests(kept.deployed()) == 0


def test_a_delivery_that_is_replayed_before_the_purge_is_not_discarded(
    kept: DeployedClient, call: Call
) -> None:
    delivery = given_up(kept)
    listed = list_dead_letters("acme")
    assert listed.entries[0].redrive == "replay"
    replay_in_vain(kept, call, delivery)
    assert purge(listed).discarded == ()
    assert kept.world.deliveries.status(delivery) == "pending"


def test_a_purge_needs_the_clients_name(kept: DeployedClient, call: Call) -> None:
    given_up(kept)
    called = call("deadletters", "purge", "acme", "--no-input")
    assert called.code == Exit.USAGE
    assert "Type acme to continue" in called.err
    assert (len(kept.queue), kept.hidden, kept.discarded) == (1, set(), {})


def test_a_purged_delivery_is_replayed_by_id_only(kept: DeployedClient, call: Call) -> None:
    delivery = given_up(kept)
    call("deadletters", "purge", "acme", "--yes")
    assert data(call("deadletters", "list", "acme", "--json"))["dead_letters"] == []
    output = data(call("replay", "acme", "--since", "1h", "--yes", "--json"))
    assert output["matching"] == []
    mended(kept, delivery)
    output = data(call("replay", "acme", "--id", delivery, "--yes", "--json"))
    assert [one["status"] for one in output["replayed"]] == ["applied"]


def test_an_empty_dead_letter_list_is_reported(kept: DeployedClient, call: Call) -> None:
    for verb in ("list", "redrive"):
        called = call("deadletters", verb, "acme")
        assert called.code == Exit.OK
        assert "There are no dead letters." in called.err
