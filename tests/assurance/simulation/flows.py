"""The pipeline's flows, each as what went before and the part in which something goes wrong.

Of the flows of the fault matrix (R, P, W, B, D, X, G, C, S) three are not here. G, a reconciler of
the vendors' registrations and of the account: what exists of it is the sync of a listing, which the
storms "people" and all that ends with an offer refused take, and `platform plan`. C, a checkout of
our own, and S, a search index, do not exist; orders are only told.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import DAY, STRUCK

Act = Callable[[Simulation], object]


@dataclass(frozen=True, slots=True)
class Flow:
    """`part` is struck at each of its steps in turn, after `before` went well."""

    name: str
    before: Act
    part: Act

    def begun(self) -> Simulation:
        simulation = Simulation(5, STRUCK)
        self.before(simulation)
        return simulation


def edit(simulation: Simulation, times: int = 3) -> None:
    for _ in range(times):
        simulation.edit()


def send(simulation: Simulation) -> None:
    """All that waits is sent, and nothing else happens."""
    simulation.agenda.clear()
    for offer in simulation.post.offers:
        simulation.post.send(offer)


def kept(simulation: Simulation) -> None:
    edit(simulation)
    send(simulation)
    simulation.agenda.clear()


def drive(simulation: Simulation) -> None:
    ids = list(simulation.world.deliveries.rows)
    simulation.work(lambda: simulation.ingest.apply_deliveries(ids))


def applied(simulation: Simulation) -> None:
    kept(simulation)
    drive(simulation)


def build(simulation: Simulation) -> None:
    """From the hint to the release: grace, snapshot, start, end, pointer."""
    while simulation.agenda:
        simulation.turn()


def released(simulation: Simulation) -> None:
    """More releases than are kept, the oldest of them old enough to go."""
    for _ in range(14):
        edit(simulation, 1)
        simulation.run()
        simulation.world.clock.sleep(2 * DAY)


def move(simulation: Simulation) -> None:
    """A rollback, the end of it, and the deletion of what nobody needs."""
    builder = simulation.builder
    simulation.work(lambda: builder.rollback(None))
    simulation.work(builder.resume)
    simulation.work(lambda: builder.sweep(simulation.world.clock() + 100))


def again(simulation: Simulation) -> None:
    """The archive is replayed, and the vendor sends everything once more."""
    simulation.work(lambda: simulation.replay(list(simulation.world.deliveries.rows)))
    send(simulation)


def resumed(simulation: Simulation) -> None:
    """A person who saw an order of his fail gives it again."""
    if simulation.world.site.state.pinned:
        simulation.work(simulation.builder.resume)


FLOWS = (
    Flow("R: prove, keep, answer", edit, send),
    Flow("P and W: items, bump, messages, marks", kept, drive),
    Flow("B: wait, snapshot, build, release", applied, build),
    Flow("D: flip, roll back, resume, prune", released, move),
    Flow("X: replay and redelivery", released, again),
)
