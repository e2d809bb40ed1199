"""Replaying, and what was given up: what is chosen, what is asked first, and what is never lost."""

import time
from pathlib import Path
from typing import Any

import pytest

from platform_cli.errors import Exit, UsageError
from platform_cli.operations import delivery_status, inbox
from platform_cli.targets.deployments import Ground
from platform_cli.times import format_time, parse_time
from platform_core import contract
from platform_core.contract.status import BuildStatus, DeliveryStatus
from platform_core.pipeline.ingest.deliveries import InboxRow
from platform_core.pipeline.replay.replay import COOL_DOWN
from tests.cli.conftest import Call, Called
from tests.cli.operations.kept import Kept
from tests.fakes.pipeline import T0


@pytest.fixture
def kept(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """The client of the workspace is deployed, and its cloud is in memory."""
    kept = Kept()
    monkeypatch.setattr(Ground, "find", lambda *_, **__: kept.deployed())
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(time, "time", lambda: kept.world.clock.now)
    return kept


def applied(kept: Kept, count: int = 1) -> list[str]:
    """Deliveries a second apart, applied, their cool-down over."""
    ids = []
    for number in range(count):
        ids.append(kept.world.edit(f"item-{number}", 1))
        kept.world.clock.sleep(1)
    kept.world.ingest.apply_deliveries(ids)
    kept.world.clock.sleep(COOL_DOWN)
    return ids


def given_up(kept: Kept, key: str = "n1") -> str:
    """A delivery that failed, with its message."""
    delivery = kept.world.deliver({"kind": "no such"}, key)
    kept.world.ingest.apply_deliveries([delivery])
    kept.lie({"delivery": delivery, "reason": "Malformed: not understood"})
    return delivery


def mended(kept: Kept, delivery: str) -> None:
    """The next try of it works: somebody has deployed what was missing."""
    kept.world.vendor.changes = lambda context, delivery: []  # type: ignore[method-assign]


def data(called: Called) -> Any:
    return called.json["data"]


# --- replay --------------------------------------------------------------------------------------


def test_without_a_choice_nothing_is_replayed(kept: Kept, call: Call) -> None:
    called = call("replay", "acme", "--yes")
    assert called.code == Exit.USAGE
    assert "--failed" in called.err
    assert not kept.calls


def test_nobody_is_replayed_without_a_yes(kept: Kept, call: Call) -> None:
    applied(kept)
    called = call("replay", "acme", "--since", "1h", "--no-input")
    assert called.code == Exit.USAGE
    assert "Replay 1 delivery?" in called.err
    assert "shop#item-0-1-" in called.out, "it is listed first"
    assert not kept.calls


def test_a_dry_run_lists_and_asks_nobody(kept: Kept, call: Call) -> None:
    ids = applied(kept, 3)
    told = data(call("replay", "acme", "--since", "1h", "--dry-run", "--json"))
    assert [one["id"] for one in told["matching"]] == ids
    assert (told["dry_run"], told["left"], kept.calls) == (True, 0, [])


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
def test_what_is_chosen(words: list[str], numbers: list[int], kept: Kept, call: Call) -> None:
    ids = applied(kept, 4)
    told = data(call("replay", "acme", *words, "--yes", "--json"))
    assert [one["id"] for one in told["replayed"]] == [ids[number] for number in numbers]


def test_beyond_the_maximum_it_says_how_to_go_on(kept: Kept, call: Call) -> None:
    ids = applied(kept, 5)
    called = call("replay", "acme", "--since", "1h", "--max", "2", "--yes", "--json")
    assert [one["id"] for one in data(called)["replayed"]] == ids[:2]
    assert data(called)["left"] == 3
    (warning,) = called.json["warnings"]
    assert warning.startswith("5 deliveries match, more than --max 2")
    rest = call("replay", "acme", "--since", warning.split()[-1], "--yes", "--json")
    assert [one["id"] for one in data(rest)["replayed"]] == ids[2:]


def test_it_goes_no_faster_than_it_may(
    kept: Kept, call: Call, monkeypatch: pytest.MonkeyPatch
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


def test_then_the_builder_looks_once(kept: Kept, call: Call) -> None:
    applied(kept, 30)
    call("replay", "acme", "--since", "1h", "--yes")
    assert [name for name, _ in kept.calls] == ["acme-prod-ingest"] * 3 + ["acme-prod-builder"]


def test_what_is_left_by_a_function_that_fails_is_said(kept: Kept, call: Call) -> None:
    applied(kept, 3)
    kept.failing = {"acme-prod-ingest"}
    called = call("replay", "acme", "--since", "1h", "--yes", "--json")
    assert (called.code, data(called)["left"]) == (Exit.FAILURE, 3)
    assert "3 deliveries are left and can be replayed again" in called.json["warnings"][0]


def test_what_fails_again_is_no_success(kept: Kept, call: Call) -> None:
    delivery = given_up(kept)
    called = call("replay", "acme", "--failed", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert data(called)["replayed"] == [
        {"id": delivery, "number": 1, "status": "failed", "reason": "Malformed: not understood"}
    ]


def test_a_moment_later_it_is_left_alone(kept: Kept, call: Call) -> None:
    applied(kept)
    call("replay", "acme", "--since", "1h", "--yes")
    told = data(call("replay", "acme", "--since", "1h", "--yes", "--json"))
    assert told["replayed"] == []
    assert "less than 60 seconds ago" in told["skipped"][0]["reason"]


def test_in_direct_mode_the_builder_drives(kept: Kept) -> None:
    assert inbox.driver(kept.deployed()) == contract.OUT_INGEST
    del kept.outputs[contract.OUT_INGEST]
    assert inbox.driver(kept.deployed()) == contract.OUT_BUILDER


@pytest.mark.parametrize("text", ["yesterday", "2 h", "-2h", "2w", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_time(text, T0)
    assert "30m, 2h or 7d" in refused.value.findings[0].hint


def test_times_are_utc_unless_they_say_more() -> None:
    assert parse_time("90m", T0) == T0 - 5400
    assert format_time(parse_time("2026-11-24T10:00:00", T0)) == "2026-11-24T10:00:00.000Z"
    assert format_time(parse_time("2026-11-24T10:00:00+02:00", T0)) == "2026-11-24T08:00:00.000Z"


# --- a delivery's life ---------------------------------------------------------------------------


def changing(count: int | None) -> InboxRow:
    """An applied delivery after which the site counts this many changes."""
    return InboxRow("sanity#k1", "sanity", DeliveryStatus.APPLIED, T0, changed=count)


def test_a_life_is_told_as_far_as_it_went(kept: Kept) -> None:
    world, found = kept.world, kept.deployed()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    assert delivery_status.of(found, changing(1)) == delivery_status.Life(), (
        "nothing has been built"
    )
    world.builder.reconcile()
    world.pass_time(4)
    (first,) = world.records.builds
    assert delivery_status.of(found, changing(1)) == delivery_status.Life(
        first, BuildStatus.BUILDING
    )
    world.fail_builds()
    assert delivery_status.of(found, changing(1)).build_status == "failed"
    world.pass_time(60)
    world.finish_builds()
    second = world.records.builds[world.site.state.live or ""]
    told = delivery_status.of(found, changing(1))
    assert told == delivery_status.Life(
        second.id, BuildStatus.SUCCEEDED, second.id, second.finished_at, live=True
    )
    assert delivery_status.of(found, changing(2)) == delivery_status.Life(), (
        "the next change is not in it"
    )
    assert delivery_status.of(found, changing(None)) == delivery_status.Life(), (
        "an order is on no page"
    )


def test_a_change_that_a_person_holds_back_is_not_live(kept: Kept) -> None:
    world, found = kept.world, kept.deployed()
    for version in (1, 2):
        world.ingest.apply_deliveries([world.edit("tea", version)])
        world.settle(3)
    assert delivery_status.of(found, changing(2)).live
    world.builder.rollback(None)
    told = delivery_status.of(found, changing(2))
    assert (told.build_status, told.live, told.live_at) == ("succeeded", False, None)
    assert delivery_status.of(found, changing(1)).live


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
def test_each_message_says_why_and_is_made_good_or_left(
    letter: Any,
    attributes: dict[str, str],
    reason: str,
    again: tuple[str, Any] | None,
    kept: Kept,
    call: Call,
) -> None:
    message = kept.lie(letter, **attributes)
    (told,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (told["id"], told["reason"], told["in_queue"]) == (message, reason, 1)
    assert (kept.hidden, kept.calls) == (set(), []), "who only looks changes nothing"
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    if again is None:
        assert (called.code, kept.calls, list(kept.queue)) == (Exit.FAILURE, [], [message])
        assert told["redrive"] == f"nothing: {data(called)['left'][0]['reason']}"
    else:
        assert (called.code, kept.calls, kept.queue) == (Exit.OK, [again], {})


def test_a_message_stays_until_its_call_is_answered(kept: Kept, call: Call) -> None:
    message = kept.lie({"Type": "Notification", "TopicArn": "arn"})
    kept.failing = {"acme-prod-builder"}
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert "no answer" in data(called)["left"][0]["reason"]
    assert (list(kept.queue), kept.hidden) == ([message], set())


def test_a_delivery_is_listed_once_and_replayed(kept: Kept, call: Call) -> None:
    delivery = given_up(kept)
    kept.lie({"delivery": delivery, "reason": "Malformed: not understood"})
    (told,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (told["id"], told["in_queue"], told["redrive"]) == (delivery, 2, "replay")
    mended(kept, delivery)
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert data(called)["redriven"] == [{"id": delivery, "is_now": "applied"}]
    assert (called.code, kept.queue) == (Exit.OK, {})


def test_a_delivery_without_a_message_is_given_up_too(kept: Kept, call: Call) -> None:
    """Messages end after 14 days; the row of a failed delivery does not."""
    delivery = given_up(kept)
    kept.queue.clear()
    (told,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert (told["id"], told["in_queue"], told["redrive"]) == (delivery, 0, "replay")


def test_what_could_not_be_replayed_keeps_its_message(kept: Kept, call: Call) -> None:
    delivery = given_up(kept)
    call("replay", "acme", "--failed", "--yes")
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert called.code == Exit.FAILURE
    assert data(called)["left"][0]["id"] == delivery
    assert len(kept.queue) == 1
    kept.failing = {"acme-prod-ingest"}
    call("deadletters", "redrive", "acme", "--yes")
    assert (len(kept.queue), kept.hidden) == (1, set())


def test_the_message_of_what_was_applied_since_only_goes(kept: Kept, call: Call) -> None:
    (delivery,) = applied(kept)
    kept.lie({"delivery": delivery, "reason": "no answer"})
    (told,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert told["redrive"] == "nothing: it is settled"
    called = call("deadletters", "redrive", "acme", "--yes", "--json")
    assert data(called)["redriven"] == [{"id": delivery, "is_now": "settled"}]
    assert (kept.queue, kept.calls) == ({}, [])


def test_one_of_them_is_chosen_by_its_beginning(kept: Kept, call: Call) -> None:
    first, second = given_up(kept, "n1"), given_up(kept, "n2")
    purged = data(call("deadletters", "purge", "acme", "--id", "shop#n2", "--yes", "--json"))
    assert purged["purged"] == purged["discarded"] == [second]
    (told,) = data(call("deadletters", "list", "acme", "--json"))["dead_letters"]
    assert told["id"] == first


def test_a_purge_wants_the_client_s_name(kept: Kept, call: Call) -> None:
    given_up(kept)
    called = call("deadletters", "purge", "acme", "--no-input")
    assert called.code == Exit.USAGE
    assert "Type acme to continue" in called.err
    assert (len(kept.queue), kept.hidden, kept.discarded) == (1, set(), {})


def test_what_was_purged_comes_back_by_its_id_and_not_in_a_window(kept: Kept, call: Call) -> None:
    delivery = given_up(kept)
    call("deadletters", "purge", "acme", "--yes")
    assert data(call("deadletters", "list", "acme", "--json"))["dead_letters"] == []
    told = data(call("replay", "acme", "--since", "1h", "--yes", "--json"))
    assert told["matching"] == []
    mended(kept, delivery)
    told = data(call("replay", "acme", "--id", delivery, "--yes", "--json"))
    assert [one["status"] for one in told["replayed"]] == ["applied"]


def test_where_nothing_was_given_up_it_says_so(kept: Kept, call: Call) -> None:
    for verb in ("list", "redrive"):
        called = call("deadletters", verb, "acme")
        assert called.code == Exit.OK
        assert "There are no dead letters." in called.err
