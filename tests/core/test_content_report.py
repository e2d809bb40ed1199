"""The content that is not on a site is counted, by reason, in both modes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from platform_core.content.model import UnifiedContent
from platform_core.content.report import MAX_REASONS, OTHER, ContentReport, count_reason
from platform_core.pipeline.ingest.content_sync import sync_provider
from platform_core.provider_kit.left_out import count_left_out, log_left_out
from tests.fakes.pipeline.steps import T0
from tests.fakes.pipeline.vendor import article
from tests.fakes.pipeline.world import World

NOW = datetime.fromtimestamp(T0, UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.vendor.items = {
        "a": article("a", 1, "A"),
        "b": article("b", 1, "B", status="draft", left_out_because="password"),
        "c": article("c", 1, "C", status="archived"),
        "d": article("d", 1, "D", published_at=NOW + timedelta(days=9)),
        "e": article("e", 1, "E", expires_at=NOW),
    }
    return world


LEFT_OUT = {"password": 1, "archived": 1, "its date lies ahead": 1, "its time is over": 1}


def build(world: World) -> None:
    world.builder.build(cause="asked", force=False, allow_shrink=True)
    world.finish_builds()


def read_listing(world: World) -> Iterator[UnifiedContent]:
    log_left_out("a document", "x", "its language is fr")
    yield from list(world.vendor.items.values())


def test_the_site_row_has_the_counts_of_the_last_build(world: World) -> None:
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    build(world)
    state = world.site.read()
    assert (state.left_out, state.moves, state.passed_over) == (LEFT_OUT, {}, {})
    assert state.content_read_at == world.clock()


def test_a_skipped_build_counts_as_well(world: World) -> None:
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    build(world)
    world.vendor.items["f"] = article("f", 1, "F", status="draft")
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    world.clock.now += 600
    world.builder.reconcile()
    assert "skipped" in [build.status for build in world.records.builds.values()]
    assert (world.site.read().left_out or {})["draft"] == 1


def test_direct_mode_counts_the_vendor_s_listing(world: World) -> None:
    world.desk = replace(world.desk, content=lambda: read_listing(world), reads_listings=True)
    world.builder = type(world.builder)(world.desk)
    build(world)
    state = world.site.read()
    assert state.left_out == LEFT_OUT
    assert state.passed_over == {"a document: its language is fr": 1}


def test_a_sync_counts_what_the_vendor_lists(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of another provider stay."""
    world.site.row["passed_over"] = {"cms: a block: empty": 2, "shop: a variant: no price": 9}
    monkeypatch.setattr(world.vendor, "list_all", lambda _: read_listing(world))
    report = sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    assert (report.left_out, report.passed_over) == (
        LEFT_OUT,
        {"a document: its language is fr": 1},
    )
    assert world.site.read().passed_over == {
        "cms: a block: empty": 2,
        "shop: a document: its language is fr": 1,
    }


def test_an_item_that_keeps_its_slug_is_a_move(world: World) -> None:
    world.vendor.items = {"a": article("a", 1, "Straße", slug="strae")}
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    new = article("a", 2, "Straße", slug="strasse", former_slug="strae")
    world.vendor.items = {"a": new}
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    build(world)
    assert world.site.read().moves == {"strae": "strasse"}


def test_orders_never_count() -> None:
    report = ContentReport()
    report.note(article("a", 1, "A", content_type="order", status="draft"), NOW)
    assert report.left_out == {}


def test_the_words_of_a_vendor_cannot_make_a_report_endless() -> None:
    counts: dict[str, int] = {}
    for number in range(100):
        count_reason(counts, f"its language is {number}" + "x" * 1000)
    assert len(counts) == MAX_REASONS + 1
    assert counts[OTHER] == 100 - MAX_REASONS
    assert max(map(len, counts)) <= 100


def test_only_what_happens_meanwhile_is_counted() -> None:
    log_left_out("a block", "x", "before")
    with count_left_out() as counts:
        log_left_out("a block", "x", "meanwhile")
    log_left_out("a block", "x", "afterwards")
    assert counts == {"a block: meanwhile": 1}
