"""Actions and their reports survive the way through JSON."""

import json

import pytest

from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.actions import (
    Action,
    BuildSite,
    DiscardDeliveries,
    GivenUpDelivery,
    ReconcileSite,
    ReplayDeliveries,
    Resume,
    RetireProvider,
    Rollback,
    SweepDue,
    SyncProvider,
    action_from,
    to_message,
)
from platform_core.pipeline.reports import (
    DiscardReport,
    ReplayedDelivery,
    ReplayReport,
    SiteReport,
    SkippedDelivery,
    SyncReport,
)
from platform_core.pipeline.timer_input import TimerInput

ACTIONS: list[Action] = [
    ReconcileSite(),
    SweepDue(),
    BuildSite(force=False, allow_shrink=True, cause="deploy"),
    Rollback(),
    Rollback("r1"),
    Resume(),
    SyncProvider("shop", 5),
    RetireProvider("shop"),
    ReplayDeliveries(("shop#k1", "shop#k2")),
    DiscardDeliveries(("shop#k1",)),
]


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_an_action_is_read_back_from_its_message(action: Action) -> None:
    assert action_from(json.loads(json.dumps(to_message(action)))) == action


def test_optional_members_of_an_action_have_defaults() -> None:
    assert action_from({"action": "build"}) == BuildSite(force=True, cause="asked")
    assert action_from({"action": "sync", "provider": "shop"}) == SyncProvider("shop")


@pytest.mark.parametrize(
    "message", [{}, {"action": "dance"}, {"action": "sync"}, {"action": "replay", "ids": "k1"}]
)
def test_an_unknown_message_is_rejected(message: dict[str, object]) -> None:
    assert action_from(message) is None


def test_the_timer_asks_the_builder_to_poll() -> None:
    assert json.dumps(TimerInput(6).to_message()) == '{"seconds": 6, "event": {"action": "look"}}'


def test_a_dead_letter_is_read_back_from_the_queue() -> None:
    message = GivenUpDelivery("shop#k1", "KeyError").to_message()
    assert GivenUpDelivery.from_message(message) == GivenUpDelivery("shop#k1", "KeyError")
    assert GivenUpDelivery.from_message({"Type": "Notification"}) is None


def test_reports_are_read_back_from_their_messages() -> None:
    site = SiteReport("rolled_back", None, "r1", "r2", 5, 4, pinned=True)
    sync = SyncReport("shop", 7, 3, 1, done=False)
    replay = ReplayReport(
        [ReplayedDelivery("shop#k1", 1, DeliveryStatus.APPLIED)],
        [SkippedDelivery("shop#k2", "it waits already")],
        ["shop#k3"],
    )
    discard = DiscardReport(["shop#k1"])
    assert SiteReport.from_message(json.loads(json.dumps(site.to_message()))) == site
    assert SyncReport.from_message(json.loads(json.dumps(sync.to_message()))) == sync
    assert ReplayReport.from_message(json.loads(json.dumps(replay.to_message()))) == replay
    assert DiscardReport.from_message(json.loads(json.dumps(discard.to_message()))) == discard
