"""Direct mode: no content table. The builder sweeps the inbox; builds read the vendor's listing."""

from collections.abc import Sequence
from dataclasses import replace

from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.ingest.content_applier import PassThrough
from platform_core.pipeline.ingest.worker import Ingest
from tests.assurance.simulation import invariants as of_all
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import Storm

ALL = (
    of_all.i5_one_build_at_a_time, of_all.i8_nobody_waits_long, of_all.i10_proven_or_refused,
    of_all.i12_no_fault_of_ours, of_all.i15_nothing_is_told,
)  # fmt: skip


class DirectSimulation(Simulation):
    """A client with one provider."""

    def _hire(self) -> tuple[Ingest, Builder]:
        ingest, builder = super()._hire()
        ground = replace(ingest.deps, applier=PassThrough())
        desk = replace(builder.deps, content=self.world.vendors.listing)
        return Ingest(ground), Builder(desk)

    def _stream(self, ids: Sequence[str], tries: int = 3) -> None:
        """The builder also sweeps the inbox, and reconciles the site afterwards."""
        super()._stream(ids, tries)
        self._look()


def lived_through(seed: int, storm: Storm, edits: int) -> DirectSimulation:
    simulation = DirectSimulation(seed, storm)
    simulation.day(edits)
    simulation.run()
    simulation.settle()
    return simulation


def check(simulation: DirectSimulation) -> None:
    """Check that acknowledged deliveries are applied and the page shows the vendor's content."""
    world = simulation.world
    for offer in simulation.post.offers:
        status = world.deliveries.status(offer.delivery_id)
        assert not offer.acked or status in of_all.ENDED or offer.kind in of_all.BREAKS_US
        assert offer.kind != "poison" or status == "failed"
    for invariant in ALL:
        invariant(simulation)
    state = world.site.state
    assert (state.state, state.attempt, state.built) == ("idle", None, state.changed)
    assert world.pointer.value == state.live == state.pointer_written
    if not state.pinned and all(offer.acked for offer in simulation.post.offers):
        truth = {name: item.title for name, item in world.vendor.items.items()}
        assert world.visible == truth, "the page shows what the vendor has"
