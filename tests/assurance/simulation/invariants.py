"""What must hold after any storm. Each takes a simulation that has settled, and asserts.

`lost` and `doubled` are the two counts that the big run prints; the numbers are those of the
design's list of invariants.
"""

import json
from collections import defaultdict

from platform_core.content.versions import StoredVersion
from platform_core.pipeline.build.deps import release_prefix, snapshot_key
from tests.assurance.simulation.hostile import FORGER, NEIGHBOUR
from tests.assurance.simulation.post import NEW, OLD
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import DAY
from tests.assurance.simulation.traffic import CANARY, Offer

ENDED = {"applied", "duplicate"}
SET_ASIDE = {"failed", "quarantined"}
BREAKS_US = {"poison", "hostile"}


def lost(simulation: Simulation) -> list[Offer]:
    """Deliveries that were answered 200 and whose effect is nowhere."""
    told = {event.content_id for event in simulation.world.bus.events}
    newest = {key.content_id: stored for key, stored in simulation.world.content.history}
    return [
        offer
        for offer in simulation.post.offers
        if offer.acked and not (_ended(simulation, offer) and _has_effect(offer, told, newest))
    ]


def doubled(simulation: Simulation) -> list[str]:
    """Effects that can be seen twice: an order told under two ids, a state that came back."""
    told: dict[str, set[str]] = defaultdict(set)
    for event in simulation.world.bus.events:
        if event.event_type == "order.placed":
            told[event.content_id].add(event.event_id)
    twice = [order for order, ids in told.items() if len(ids) > 1]
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
    """The table holds what the vendor holds, and no version ever went back.

    What a vendor could not get rid of in hours, and gave up, is found by a sync.
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
    """What is live has all its files; a build that covers a delivery's bump holds all of it."""
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
        titles = {one["slug"]: one["title"] for one in articles}
        for offer in simulation.post.offers:
            if simulation.covered.get(offer.delivery_id, release.covers + 1) <= release.covers:
                for name, version in offer.says:
                    assert newest.get((name, titles.get(name)), 0) >= version


def i5_one_build_at_a_time(simulation: Simulation) -> None:
    assert simulation.most_running <= 1


def i6_everything_is_released(simulation: Simulation) -> None:
    """What was applied is built, what is built only grows, and the edge shows it."""
    world = simulation.world
    built = [state.built for state in world.site.history]
    assert built == sorted(built)
    state = world.site.state
    assert (state.state, state.attempt) == ("idle", None)
    assert state.built == state.changed
    assert world.pointer.value == state.live == state.pointer_written
    if not state.pinned:
        assert world.visible == {name: title for name, (_, title) in world.stored.items()}


def i7_poison_is_set_aside(simulation: Simulation) -> None:
    """It failed, a person is told, and nobody else failed with it."""
    world = simulation.world
    letters = {delivery_id for delivery_id, _ in world.dead_letters.letters}
    for offer in simulation.post.offers:
        if offer.acked:
            status = world.deliveries.status(offer.delivery_id)
            assert (status in SET_ASIDE) == (offer.kind in BREAKS_US)
            assert status != "failed" or offer.delivery_id in letters


def i8_nobody_waits_long(simulation: Simulation) -> None:
    """What was acknowledged is applied within the storm's bound, however many others there are."""
    assert simulation.longest_wait <= simulation.storm.waits, simulation.longest_wait


def i10_proven_or_refused(simulation: Simulation) -> None:
    """No forgery is let in, and no rotation refuses a delivery at any instant."""
    assert (simulation.post.forged_in, simulation.post.refused) == (0, 0)


def i12_no_fault_of_ours(simulation: Simulation) -> None:
    """5xx is only heard while a store of ours is away, whatever is sent."""
    assert simulation.post.failed_us == 0


def i15_nothing_is_told(simulation: Simulation) -> None:
    """No secret and nothing of a body in a log line, a message, a dead letter, an answer, a row
    beside the content, or what a build is given."""
    world = simulation.world
    told = repr(
        (
            world.lines, world.bus.events, world.dead_letters.letters, world.deliveries.reasons,
            simulation.post.heard, world.site.row, world.records.builds, world.records.kept,
            world.records.audit, [job.order for job in world.builds.jobs.values()],
        )
    )  # fmt: skip
    for canary in (CANARY, *(secret.decode() for secret in (OLD, NEW, FORGER, NEIGHBOUR))):
        assert canary not in told, f"{canary!r} in {told.partition(canary)[0][-200:]}"


def i16_replay_changes_nothing(simulation: Simulation) -> None:
    """Replaying the whole archive, in any order, gives the same state and no second order."""
    world = simulation.world
    before = (world.stored, world.visible)
    ids = [one for one in world.deliveries.rows if world.deliveries.status(one) in ENDED]
    simulation.random.shuffle(ids)
    simulation.replay(ids)
    simulation.settle()
    assert (world.stored, world.visible) == before
    assert not doubled(simulation)


def time_takes_nothing(simulation: Simulation) -> None:
    """Two months later all that may end has ended, and a build makes the same pages."""
    world = simulation.world
    before = (world.stored, world.visible)
    world.clock.sleep(60 * DAY)
    simulation.time_takes()
    simulation.work(lambda: simulation.builder.build(cause="asked", force=True, allow_shrink=False))
    simulation.settle()
    assert (world.stored, world.visible) == before
    assert not any(shelf.stored.deleted for shelf in world.content.shelves.values())


ALL = (
    i1_acked_is_applied, i2_one_effect, i3_fold_by_version, i4_nothing_is_seen_half,
    i5_one_build_at_a_time, i6_everything_is_released, i7_poison_is_set_aside,
    i8_nobody_waits_long, i10_proven_or_refused, i12_no_fault_of_ours,
    i16_replay_changes_nothing, time_takes_nothing, i15_nothing_is_told,
)  # fmt: skip


def check(simulation: Simulation) -> None:
    """All of them."""
    for invariant in ALL:
        invariant(simulation)


def _ended(simulation: Simulation, offer: Offer) -> bool:
    status = simulation.world.deliveries.status(offer.delivery_id)
    return status in ENDED or (status in SET_ASIDE and offer.kind in BREAKS_US)


def _has_effect(offer: Offer, told: set[str], newest: dict[str, StoredVersion]) -> bool:
    """An order was told, each item stands at the version that the delivery brought, or a newer."""
    if offer.order is not None:
        return offer.order in told
    for name, version in offer.says:
        stored = newest.get(name)
        if stored is None or (not stored.deleted and stored.version < version):
            return False
    return True
