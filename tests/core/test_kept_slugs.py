"""An item keeps the address under which it was published; a sync reports what is left out."""

from dataclasses import replace

from platform_core.pipeline.build.addresses import LOGGED_MOVES
from platform_core.pipeline.ingest.content_sync import sync_provider
from platform_core.pipeline.reports import SyncReport
from tests.fakes.pipeline.vendor import article
from tests.fakes.pipeline.world import World


def publish(world: World, name: str, **fields: object) -> None:
    """Publish an item at the vendor without a delivery."""
    world.vendor.items[name] = article(name, 1, f"{name} 1", **fields)


def sync(world: World) -> SyncReport:
    return sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)


def stored_slugs(world: World) -> dict[str, str]:
    return {item.id: item.slug for item in world.content.scan()}


def test_an_item_keeps_the_slug_of_an_earlier_release() -> None:
    world = World()
    publish(world, "a", slug="strae")
    publish(world, "b", slug="b")
    sync(world)
    # The new release spells ß. The item is edited as well.
    world.vendor.items["a"] = article("a", 2, "Straße", slug="strasse", former_slug="strae")
    publish(world, "c", slug="grosse", former_slug="groe")
    report = sync(world)
    assert stored_slugs(world) == {"a": "strae", "b": "b", "c": "grosse"}
    assert report.moves == {"strae": "strasse"}
    assert sync(world).written == 0


def test_an_author_can_move_an_item() -> None:
    world = World()
    publish(world, "a", slug="strae")
    sync(world)
    world.vendor.items["a"] = article("a", 2, "Gasse", slug="gasse")
    assert sync(world).moves == {}
    assert stored_slugs(world) == {"a": "gasse"}


def direct_world() -> World:
    """Return a client whose builds read the vendor's listing."""
    world = World()
    world.desk = replace(world.desk, content=lambda: iter(world.vendor.items.values()))
    world.builder = type(world.builder)(world.desk)
    return world


def test_direct_mode_keeps_the_slugs_of_the_newest_release() -> None:
    world = direct_world()
    publish(world, "a", slug="strae")
    publish(world, "b", slug="b")
    build(world)
    publish(world, "a", slug="strasse", former_slug="strae", description="Edited.")
    publish(world, "c", slug="grosse", former_slug="groe")
    build(world)
    assert set(world.visible) == {"strae", "b", "grosse"}
    assert world.logged("slugs kept") == [{"count": 1, "moves": {"strae": "strasse"}}]


def test_a_build_that_keeps_many_slugs_has_one_log_line_about_them() -> None:
    world = direct_world()
    for number in range(LOGGED_MOVES + 30):
        publish(world, str(number), slug=f"ma-{number}")
    build(world)
    for number in range(LOGGED_MOVES + 30):
        former = f"ma-{number}"
        publish(world, str(number), slug=f"mass-{number}", former_slug=former, description="x")
    build(world)
    [line] = world.logged("slugs kept")
    assert line["count"] == LOGGED_MOVES + 30
    assert len(line["moves"]) == LOGGED_MOVES  # type: ignore[arg-type]
    assert len(world.visible) == LOGGED_MOVES + 30


def test_items_of_two_types_with_one_id_keep_their_own_slugs() -> None:
    """A CMS may number the documents of each type from 1."""
    world = direct_world()
    world.vendor.items = {
        "article": article("1", 1, "Straße", slug="strae"),
        "page": article("1", 1, "Maß", slug="ma", content_type="page"),
    }
    build(world)
    world.vendor.items = {
        "article": article("1", 2, "Straße", slug="strasse", former_slug="strae"),
        "page": article("1", 2, "Maß", slug="mass", former_slug="ma", content_type="page"),
    }
    build(world)
    [line] = world.logged("slugs kept")
    assert line["moves"] == {"strae": "strasse", "ma": "mass"}


def test_a_sync_counts_what_is_not_public_and_what_has_no_title() -> None:
    world = World()
    publish(world, "a", status="draft", left_out_because="password")
    publish(world, "b", status="archived")
    publish(world, "c")
    world.vendor.items["d"] = article("d", 1, "Untitled")
    report = sync(world)
    assert report.left_out == {"password": 1, "archived": 1}
    assert (report.untitled, report.listed) == (1, 4)


def test_a_site_without_a_single_title_is_held() -> None:
    world = World()
    world.vendor.items["a"] = article("a", 1, "Untitled")
    sync(world)
    world.builder.build(cause="asked", force=True, allow_shrink=True)
    state = world.site.read()
    assert state.state == "held"
    assert "all 1 items are 'Untitled'" in (state.held_reason or "")
    publish(world, "b")
    sync(world)
    build(world)
    assert set(world.visible) == {"a", "b"}


def build(world: World) -> None:
    """Build the site and make the release live."""
    world.builder.build(cause="asked", force=True, allow_shrink=True)
    world.finish_builds()
