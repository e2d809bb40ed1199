"""Properties that hold after any storm. Each takes a settled simulation and asserts.

`lost` and `doubled` are the counts that the long run prints. The numbers are those of the design's
list of invariants.
"""

import json
from collections import defaultdict

from platform_core.content.versions import StoredVersion
from platform_core.contract import release_prefix
from platform_core.pipeline.build.deps import snapshot_key
from tests.assurance.simulation.hostile import FORGER, NEIGHBOUR
from tests.assurance.simulation.senders import NEW, OLD
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import DAY
from tests.assurance.simulation.traffic import CANARY, Offer

ENDED = {"applied", "duplicate"}
SET_ASIDE = {"failed", "quarantined"}
BREAKS_US = {"poison", "deadly", "hostile"}


def lost(simulation: Simulation) -> list[Offer]:
    """Return the deliveries that got a 200 and have no effect."""
    published = {event.content_id for event in simulation.world.bus.events}
    newest = {key.content_id: stored for key, stored in simulation.world.content.history}
    return [
        offer
        for offer in simulation.post.offers
        if offer.acked and not (_ended(simulation, offer) and _has_effect(offer, published, newest))
    ]


def doubled(simulation: Simulation) -> list[str]:
    """Return the effects that are visible twice: repeated events, and states that came back."""
    published: dict[str, set[str]] = defaultdict(set)
    for event in simulation.world.bus.events:
        if event.event_type == "order.placed":
            published[event.content_id].add(event.event_id)
    twice = [order for order, ids in published.items() if len(ids) > 1]
    written = [
        (str(key), stored.version, stored.digest)
        for key, stored in simulation.world.content.history
        if not stored.deleted
    ]
    return twice + [str(one) for one in written if written.count(one) > 1]


def i1_acked_is_applied(simulation: Simulation) -> None:
    assert not lost(simulation), lost(simulation)[0]


def i2_one_effect(simulation: Simulation) -> None:
    assert not doubled(simulation)


def i3_fold_by_version(simulation: Simulation) -> None:
    """The table has the vendor's content, and no version ever went back.

    A sync finds the changes that the vendor could not deliver and gave up.
    """
    world, newest = simulation.world, dict[str, int]()
    for key, stored in world.content.history:
        assert stored.version >= newest.get(key.content_id, 0), f"{key} went back"
        newest[key.content_id] = stored.version
    for name, (version, title) in world.stored.items():
        assert title in simulation.editors.known[name, version], f"{name} is no state it ever had"
    if not all(offer.acked for offer in simulation.post.offers):
        simulation.sync()
    truth = {name: (item.version, item.title) for name, item in world.vendor.items.items()}
    assert world.stored == truth


def i4_nothing_is_seen_half(simulation: Simulation) -> None:
    """The live release has all its files, and a build contains every delivery that it covers."""
    world = simulation.world
    if world.pointer.value is not None:
        manifest = world.pages.files[f"{release_prefix(world.pointer.value)}release.json"][0]
        keys = {one["key"] for one in json.loads(manifest)["files"].values()}
        assert keys <= world.pages.files.keys()
    newest: dict[tuple[str, str | None], int] = {}
    for (name, version), titles_of_it in simulation.editors.known.items():
        for title in titles_of_it:
            newest[name, title] = max(version, newest.get((name, title), 0))
    for release in world.records.kept.values():
        if release.expiring:
            continue
        articles = json.loads(world.data.files[snapshot_key(release.id)][0])["articles"]
        titles = {article["slug"]: article["title"] for article in articles}
        for offer in simulation.post.offers:
            if simulation.covered.get(offer.delivery_id, release.covers + 1) <= release.covers:
                for name, version in offer.says:
                    assert newest.get((name, titles.get(name)), 0) >= version


def i5_one_build_at_a_time(simulation: Simulation) -> None:
    assert simulation.most_running <= 1


def i6_everything_is_released(simulation: Simulation) -> None:
    """Applied changes are built, the built count only grows, and the edge shows the release."""
    world = simulation.world
    built = [state.built for state in world.site.history]
    assert built == sorted(built)
    state = world.site.state
    assert (state.state, state.attempt) == ("idle", None)
    assert state.built == state.changed
    assert state.live == state.pointer_written
    live = world.records.kept[state.live].files_folder if state.live else None
    assert world.pointer.value == live
    if not state.pinned:
        assert world.visible == {name: title for name, (_, title) in world.stored.items()}


def i7_poison_is_set_aside(simulation: Simulation) -> None:
    """The malformed delivery failed, a person is notified, and no other delivery failed with it."""
    world = simulation.world
    letters = {delivery_id for delivery_id, _ in world.dead_letters.letters}
    for offer in simulation.post.offers:
        if offer.acked:
            status = world.deliveries.status(offer.delivery_id)
            assert (status in SET_ASIDE) == (offer.kind in BREAKS_US)
            assert status != "failed" or offer.delivery_id in letters


def i8_nobody_waits_long(simulation: Simulation) -> None:
    """Acknowledged deliveries are applied within the storm's limit, however many there are."""
    assert simulation.longest_wait <= simulation.storm.waits, simulation.longest_wait


def i10_proven_or_refused(simulation: Simulation) -> None:
    """No forgery is accepted, and no rotation rejects a genuine delivery at any instant."""
    assert (simulation.post.forged_in, simulation.post.refused) == (0, 0)


def i12_no_fault_of_ours(simulation: Simulation) -> None:
    """A 5xx is sent only during an outage of our stores, for any request."""
    assert simulation.post.failed_us == 0


def i15_nothing_is_told(simulation: Simulation) -> None:
    """Secrets and bodies stay out of logs, messages, dead letters, responses and build orders.

    The same is true of all rows except the content itself.
    """
    world = simulation.world
    published = repr(
        (
            world.lines, world.bus.events, world.dead_letters.letters, world.deliveries.reasons,
            simulation.post.heard, world.site.row, world.records.builds, world.records.kept,
            world.records.audit, [job.order for job in world.builds.jobs.values()],
        )
    )  # fmt: skip
    for canary in (CANARY, *(secret.decode() for secret in (OLD, NEW, FORGER, NEIGHBOUR))):
        assert canary not in published, f"{canary!r} in {published.partition(canary)[0][-200:]}"


def i16_replay_changes_nothing(simulation: Simulation) -> None:
    """A replay of the whole archive, in any order, leads to the same state and no second order.

    A settled order takes part with the facts that replaced its body.
    """
    world = simulation.world
    before = (world.stored, world.visible)
    ids = [row for row in world.deliveries.rows if world.deliveries.status(row) in ENDED]
    simulation.random.shuffle(ids)
    simulation.replay(ids)
    simulation.settle()
    assert (world.stored, world.visible) == before
    assert not doubled(simulation)


def a_settled_order_has_no_body(simulation: Simulation) -> None:
    """Facts replace the body of an applied order, so nothing about its customer stays.

    An order that the vendor asked to erase has no row at all.
    """
    rows = simulation.world.deliveries.rows
    for offer in simulation.post.offers:
        row = rows.get(offer.delivery_id)
        if row is not None and offer.kind in {"order", "erasure"} and row.delivery.status in ENDED:
            assert not row.has_body
            assert row.facts is not None
            assert CANARY not in repr(row)
    names = "".join(row.facts or "" for row in rows.values() if "order.placed" in (row.facts or ""))
    for offer in simulation.post.offers:
        if offer.kind == "erasure":
            (order,) = json.loads(offer.body)["orders"]
            assert f'"{order}"' not in names


def time_takes_nothing(simulation: Simulation) -> None:
    """Two months later, all rows with a TTL have expired, and a build makes the same pages."""
    world = simulation.world
    before = (world.stored, world.visible)
    world.clock.sleep(60 * DAY)
    simulation.time_takes()
    simulation.work(lambda: simulation.builder.build(cause="asked", force=True, allow_shrink=False))
    simulation.settle()
    assert (world.stored, world.visible) == before
    assert not any(shelf.stored.deleted for shelf in world.content.stored_items.values())


ALL = (
    i1_acked_is_applied, i2_one_effect, i3_fold_by_version, i4_nothing_is_seen_half,
    i5_one_build_at_a_time, i6_everything_is_released, i7_poison_is_set_aside,
    i8_nobody_waits_long, i10_proven_or_refused, i12_no_fault_of_ours,
    i16_replay_changes_nothing, a_settled_order_has_no_body, time_takes_nothing,
    i15_nothing_is_told,
)  # fmt: skip


def check(simulation: Simulation) -> None:
    """Check all invariants."""
    for invariant in ALL:
        invariant(simulation)


def _ended(simulation: Simulation, offer: Offer) -> bool:
    status = simulation.world.deliveries.status(offer.delivery_id)
    return status in ENDED or (status in SET_ASIDE and offer.kind in BREAKS_US)


def _has_effect(offer: Offer, told: set[str], newest: dict[str, StoredVersion]) -> bool:
    """Return whether the order was published, or each item has the delivery's version or a newer
    one."""
    if offer.order is not None:
        return offer.order in told
    for name, version in offer.says:
        stored = newest.get(name)
        if stored is None or (not stored.deleted and stored.version < version):
            return False
    return True
