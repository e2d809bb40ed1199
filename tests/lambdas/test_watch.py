"""A silent webhook: content that the vendor shows and no delivery reported raises an alarm."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from platform_core import contract
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.build import snapshot
from platform_core.pipeline.drift.watch import BuildComparison, DriftWatcher, StoreComparison
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import Ingest
from tests.fakes.pipeline import World, article

DAY, HOUR = 24 * 3600.0, 3600.0


class Watched:
    """A client, and the sweeper that compares it with its vendor."""

    def __init__(self, *, direct: bool = False) -> None:
        self.world = world = World()
        source: StoreComparison | BuildComparison = StoreComparison(world.deliveries, world.content)
        if direct:
            world.desk = replace(world.desk, content=world.vendors.listing)
            world.builder = type(world.builder)(world.desk)
            world.ingest_deps = replace(world.ingest_deps, applier=PassThrough())
            world.ingest = Ingest(world.ingest_deps)
            source = BuildComparison(world.deliveries, world.desk)
        log = world.ingest_deps.log
        self.watcher = DriftWatcher(world.vendors, world.watches, source, world.clock, log)
        self.look()  # the first only notes the day

    def look(self, seconds: float = 100.0) -> None:
        self.watcher.check_vendors(self.world.clock() + seconds)

    def tomorrow(self) -> None:
        """Return the sweeper of a day later."""
        self.world.clock.sleep(DAY)
        self.look()

    def told(self, name: str, version: int) -> None:
        """Apply a delivered edit, and build it."""
        self.world.edit(name, version, updated_at=self.now)
        self.world.settle(3)

    def untold(self, name: str, version: int, **more: Any) -> None:
        """Edit at the vendor without a delivery."""
        moment = {"updated_at": self.now} | more
        self.world.vendor.items[name] = article(name, version, f"{name} {version}", **moment)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.clock(), UTC)

    @property
    def alarms(self) -> list[object]:
        """Return the number of items that each alarm counted."""
        looks = self.world.logged("vendor looked at")
        return [
            facts["missed"] for facts in looks if facts.get(contract.ALARM) == contract.ALARM_SILENT
        ]


@pytest.fixture(params=["by table", "by builds"])
def watched(request: pytest.FixtureRequest) -> Watched:
    client = Watched(direct=request.param == "by builds")
    client.told("tea", 1)
    return client


def test_a_vendor_that_delivers_is_not_silent(watched: Watched) -> None:
    watched.tomorrow()
    watched.told("tea", 2)
    watched.told("mug", 1)
    watched.tomorrow()
    assert len(watched.world.logged("vendor looked at")) == 2
    assert watched.alarms == []
    assert watched.world.watches.rows["shop"].looked_at.endswith("Z")


def test_missed_changes_raise_an_alarm_every_day_until_they_are_fixed(watched: Watched) -> None:
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


def test_frequent_sweeps_read_the_vendor_once_a_day(watched: Watched) -> None:
    watched.tomorrow()
    watched.untold("tea", 2)
    for _ in range(12 * 23):
        watched.world.clock.sleep(300)
        watched.look()
    assert len(watched.world.logged("vendor looked at")) == 1


def test_a_change_of_the_last_hour_is_not_missed_yet(watched: Watched) -> None:
    watched.world.clock.sleep(DAY - HOUR)
    watched.untold("tea", 2)
    watched.world.clock.sleep(HOUR - 1)
    watched.look()
    watched.tomorrow()
    assert watched.alarms == [1], "not before the next day"


def test_an_unavailable_vendor_is_read_again_after_an_hour(
    watched: Watched,
) -> None:
    world = watched.world
    watched.untold("tea", 2)
    listing = world.vendor.list_all
    world.vendor.list_all = away  # type: ignore[method-assign]
    watched.tomorrow()
    assert watched.alarms == []
    assert world.logged("vendor not looked at")[0]["reason"] == "VendorUnavailable: no answer"
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


def test_the_message_of_a_bug_is_not_logged(watched: Watched) -> None:
    def broken(context: object) -> Any:
        raise ValueError("a title of a customer")

    watched.world.vendor.list_all = broken  # type: ignore[method-assign]
    watched.tomorrow()
    assert watched.world.logged("vendor not looked at") == [
        {"provider": "shop", "reason": "ValueError"}
    ]


def test_a_vendor_without_a_listing_is_not_watched(watched: Watched) -> None:
    watched.untold("tea", 2)
    watched.world.vendor.lists = False
    watched.tomorrow()
    assert watched.world.logged("vendor looked at") == []
    assert watched.world.watches.rows["shop"].looked_at == "", "and nobody claims that it is"


def test_an_empty_listing_proves_nothing(watched: Watched) -> None:
    """Some vendors have no content, and return an empty listing."""
    watched.world.vendor.items = {}
    watched.tomorrow()
    assert watched.world.watches.rows["shop"].looked_at == ""


def test_pending_deliveries_postpone_the_comparison(watched: Watched) -> None:
    world = watched.world
    world.vendor.errors = [VendorUnavailable("no answer")] * 9
    world.ingest.apply_deliveries([world.edit("tea", 2, updated_at=watched.now)])
    watched.tomorrow()
    assert world.logged("vendor looked at") == []
    world.vendor.errors = []
    world.settle(3)
    watched.look()
    assert len(world.logged("vendor looked at")) == 1
    assert watched.alarms == []


def test_an_incomplete_listing_proves_nothing(watched: Watched) -> None:
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
    (line,) = watched.world.logged("vendor looked at")
    assert (line["whole"], line["listed"], line["missed"]) == (False, 1, 0)
    assert watched.world.watches.rows["shop"].looked_at == ""


def test_only_one_of_two_sweepers_reads_the_vendor(watched: Watched) -> None:
    watched.world.clock.sleep(DAY)
    step = watched.world.step
    step.between, step.between_at = watched.look, step.count + 2
    watched.look()
    assert len(watched.world.logged("vendor looked at")) == 1


def test_content_is_never_logged(watched: Watched) -> None:
    watched.world.clock.sleep(HOUR)
    watched.untold("secret-plan", 1)
    watched.tomorrow()
    assert watched.alarms == [1]
    assert "secret" not in repr(watched.world.logged("vendor looked at"))


def test_a_delivered_deletion_is_not_missed() -> None:
    watched = Watched()
    watched.told("tea", 1)
    watched.world.vendor.visible_items = dict(watched.world.vendor.items)
    body = {"kind": "removal", "id": "tea", "version": 2}
    watched.world.ingest.apply_deliveries([watched.world.deliver(body, "gone")])
    watched.tomorrow()
    assert watched.alarms == [], "the listing is merely behind"


def test_in_direct_mode_a_held_site_has_its_own_alarm() -> None:
    watched = Watched(direct=True)
    watched.told("tea", 1)
    watched.world.clock.sleep(HOUR)
    watched.untold("tea", 2)
    watched.world.site.row["state"] = "held"
    watched.tomorrow()
    assert watched.world.logged("vendor looked at") == []


def test_in_direct_mode_a_date_without_a_changed_page_is_not_missed() -> None:
    """A vendor updates an item without an edit: a stock count, a new index."""
    watched = Watched(direct=True)
    watched.told("tea", 1)
    watched.world.clock.sleep(HOUR)
    release_record = watched.world.records.kept[watched.world.site.state.ready or ""]
    watched.untold("tea", 2)
    feed = snapshot.take_snapshot(watched.world.desk)
    watched.world.records.kept[release_record.id] = replace(
        release_record, input_hash=feed.input_hash
    )
    watched.tomorrow()
    assert watched.alarms == []
    assert len(watched.world.logged("vendor looked at")) == 1
