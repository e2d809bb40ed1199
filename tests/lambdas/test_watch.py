"""A registration that went silent: what a vendor shows and nobody told of wakes a person."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from platform_core import contract
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.build import snapshot
from platform_core.pipeline.drift.watch import (
    BuildComparison,
    DriftWatcher,
    StoreComparison,
)
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import Ingest
from tests.fakes.pipeline import World, article

DAY, HOUR = 24 * 3600.0, 3600.0


class Watched:
    """A client, and who looks at its vendor."""

    def __init__(self, *, direct: bool = False) -> None:
        self.world = world = World()
        known: StoreComparison | BuildComparison = StoreComparison(world.deliveries, world.content)
        if direct:
            world.desk = replace(world.desk, content=world.vendors.listing)
            world.builder = type(world.builder)(world.desk)
            world.ground = replace(world.ground, applier=PassThrough())
            world.ingest = Ingest(world.ground)
            known = BuildComparison(world.deliveries, world.desk)
        tell = world.ground.log
        self.watcher = DriftWatcher(world.vendors, world.watches, known, world.clock, tell)
        self.look()  # the first only notes the day

    def look(self, seconds: float = 100.0) -> None:
        self.watcher.check_vendors(self.world.clock() + seconds)

    def tomorrow(self) -> None:
        """The sweeper of a day."""
        self.world.clock.sleep(DAY)
        self.look()

    def told(self, name: str, version: int) -> None:
        """An edit that comes in, and is built."""
        self.world.edit(name, version, updated_at=self.now)
        self.world.settle(3)

    def untold(self, name: str, version: int, **more: Any) -> None:
        """An edit at the vendor that no delivery tells of."""
        moment = {"updated_at": self.now} | more
        self.world.vendor.items[name] = article(name, version, f"{name} {version}", **moment)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.clock(), UTC)

    @property
    def alarms(self) -> list[object]:
        """How many items each alarm counted."""
        looks = self.world.said("vendor looked at")
        return [
            facts["missed"] for facts in looks if facts.get(contract.ALARM) == contract.ALARM_SILENT
        ]


@pytest.fixture(params=["by table", "by builds"])
def watched(request: pytest.FixtureRequest) -> Watched:
    found = Watched(direct=request.param == "by builds")
    found.told("tea", 1)
    return found


def test_a_vendor_that_tells_is_not_silent(watched: Watched) -> None:
    watched.tomorrow()
    watched.told("tea", 2)
    watched.told("mug", 1)
    watched.tomorrow()
    assert len(watched.world.said("vendor looked at")) == 2
    assert watched.alarms == []
    assert watched.world.watches.rows["shop"].looked_at.endswith("Z")


def test_what_nobody_told_of_wakes_a_person_every_day_until_it_is_mended(watched: Watched) -> None:
    watched.world.clock.sleep(10 * HOUR)
    watched.untold("tea", 2)
    watched.untold("mug", 1)
    watched.tomorrow()
    assert watched.alarms == [2]
    assert watched.world.watches.rows["shop"].missed == 2
    watched.tomorrow()
    assert watched.alarms == [2, 2]
    watched.told("tea", 3)
    watched.told("mug", 2)
    watched.tomorrow()
    assert watched.alarms == [2, 2]
    assert watched.world.watches.rows["shop"].missed == 0


def test_a_sweep_every_few_minutes_asks_the_vendor_once_a_day(watched: Watched) -> None:
    watched.tomorrow()
    watched.untold("tea", 2)
    for _ in range(12 * 23):
        watched.world.clock.sleep(300)
        watched.look()
    assert len(watched.world.said("vendor looked at")) == 1


def test_a_change_of_this_hour_may_still_come_in(watched: Watched) -> None:
    watched.world.clock.sleep(DAY - HOUR)
    watched.untold("tea", 2)
    watched.world.clock.sleep(HOUR - 1)
    watched.look()
    watched.tomorrow()
    assert watched.alarms == [1], "not before the next day"


def test_a_vendor_that_is_down_is_not_silent_and_is_asked_again_in_an_hour(
    watched: Watched,
) -> None:
    world = watched.world
    watched.untold("tea", 2)
    listing = world.vendor.list_all
    world.vendor.list_all = away  # type: ignore[method-assign]
    watched.tomorrow()
    assert watched.alarms == []
    assert world.said("vendor not looked at")[0]["reason"] == "VendorUnavailable: no answer"
    assert world.watches.rows["shop"].looked_at == ""
    world.vendor.list_all = listing  # type: ignore[method-assign]
    world.clock.sleep(HOUR - 1)
    watched.look()
    assert watched.alarms == []
    world.clock.sleep(1)
    watched.look()
    assert watched.alarms == [1]


def away(context: object) -> Any:
    raise VendorUnavailable("no answer")


def test_the_text_of_a_bug_is_told_to_nobody(watched: Watched) -> None:
    def broken(context: object) -> Any:
        raise ValueError("a title of a customer")

    watched.world.vendor.list_all = broken  # type: ignore[method-assign]
    watched.tomorrow()
    assert watched.world.said("vendor not looked at") == [
        {"provider": "shop", "reason": "ValueError"}
    ]


def test_a_sender_that_lists_nothing_is_not_watched(watched: Watched) -> None:
    watched.untold("tea", 2)
    watched.world.vendor.lists = False
    watched.tomorrow()
    assert watched.world.said("vendor looked at") == []
    assert watched.world.watches.rows["shop"].looked_at == "", "and nobody claims that it is"


def test_an_empty_listing_proves_nothing(watched: Watched) -> None:
    """Some have none, and say so by listing nothing."""
    watched.world.vendor.items = {}
    watched.tomorrow()
    assert watched.world.watches.rows["shop"].looked_at == ""


def test_what_waits_is_waited_for(watched: Watched) -> None:
    world = watched.world
    world.vendor.errors = [VendorUnavailable("no answer")] * 9
    world.ingest.apply_deliveries([world.edit("tea", 2, updated_at=watched.now)])
    watched.tomorrow()
    assert world.said("vendor looked at") == []
    world.vendor.errors = []
    world.settle(3)
    watched.look()
    assert len(world.said("vendor looked at")) == 1
    assert watched.alarms == []


def test_a_listing_that_is_not_read_whole_proves_nothing(watched: Watched) -> None:
    watched.world.clock.sleep(DAY)
    watched.untold("a", 1)
    clock = watched.world.clock
    listing = watched.world.vendor.list_all

    def slow(context: Any) -> Any:
        for item in listing(context):
            yield item
            clock.sleep(60)

    watched.world.vendor.list_all = slow  # type: ignore[method-assign]
    watched.look(seconds=30)
    (line,) = watched.world.said("vendor looked at")
    assert (line["whole"], line["listed"], line["missed"]) == (False, 1, 0)
    assert watched.world.watches.rows["shop"].looked_at == ""


def test_only_one_of_two_sweepers_asks(watched: Watched) -> None:
    watched.world.clock.sleep(DAY)
    step = watched.world.step
    step.between, step.between_at = watched.look, step.count + 2
    watched.look()
    assert len(watched.world.said("vendor looked at")) == 1


def test_content_is_never_told(watched: Watched) -> None:
    watched.world.clock.sleep(HOUR)
    watched.untold("secret-plan", 1)
    watched.tomorrow()
    assert watched.alarms == [1]
    assert "secret" not in repr(watched.world.said("vendor looked at"))


def test_a_deletion_that_came_in_is_no_miss() -> None:
    watched = Watched()
    watched.told("tea", 1)
    watched.world.vendor.shown = dict(watched.world.vendor.items)
    said = {"kind": "removal", "id": "tea", "version": 2}
    watched.world.ingest.apply_deliveries([watched.world.deliver(said, "gone")])
    watched.tomorrow()
    assert watched.alarms == [], "the listing is merely behind"


def test_in_direct_mode_a_site_that_is_held_has_its_own_alarm() -> None:
    watched = Watched(direct=True)
    watched.told("tea", 1)
    watched.world.clock.sleep(HOUR)
    watched.untold("tea", 2)
    watched.world.site.row["state"] = "held"
    watched.tomorrow()
    assert watched.world.said("vendor looked at") == []


def test_in_direct_mode_a_date_that_changes_no_page_is_no_miss() -> None:
    """A vendor touches an item without an edit: stock counted, an index made anew."""
    watched = Watched(direct=True)
    watched.told("tea", 1)
    watched.world.clock.sleep(HOUR)
    made = watched.world.records.kept[watched.world.site.state.ready or ""]
    watched.untold("tea", 2)
    feed = snapshot.take_snapshot(watched.world.desk)
    watched.world.records.kept[made.id] = replace(made, input_hash=feed.input_hash)
    watched.tomorrow()
    assert watched.alarms == []
    assert len(watched.world.said("vendor looked at")) == 1
