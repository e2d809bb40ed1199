"""The flows of the pipeline, each split into a preparation and the part in which faults occur.

Three flows of the fault matrix (R, P, W, B, D, X, G, C, S) are absent. G reconciles vendor
registrations and the account: the sync of a listing is tested by the storm "people" and by every
rejected offer, and `platform plan` by its own tests. C (a checkout of our own) and S (a search
index) do not exist; orders are only published as events.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import DAY, STRUCK

Act = Callable[[Simulation], object]


@dataclass(frozen=True, slots=True)
class Flow:
    """Faults occur at each step of `part` in turn, after `before` succeeded."""

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
    """Send all pending deliveries and do no other work."""
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
    """Build from the event to the release: grace period, snapshot, start, end, pointer."""
    while simulation.agenda:
        simulation.turn()


def released(simulation: Simulation) -> None:
    """Make more releases than are kept, and let the oldest reach the age for deletion."""
    for _ in range(14):
        edit(simulation, 1)
        simulation.run()
        simulation.world.clock.sleep(2 * DAY)


def move(simulation: Simulation) -> None:
    """Roll back, resume, and delete old releases."""
    builder = simulation.builder
    simulation.work(lambda: builder.rollback(None))
    simulation.work(builder.resume)
    simulation.work(lambda: builder.sweep(simulation.world.clock() + 100))


def again(simulation: Simulation) -> None:
    """Replay the archive, and let the vendor send everything once more."""
    simulation.work(lambda: simulation.replay(list(simulation.world.deliveries.rows)))
    send(simulation)


def resumed(simulation: Simulation) -> None:
    """Repeat a command that failed, as a person would."""
    if simulation.world.site.state.pinned:
        simulation.work(simulation.builder.resume)


def ordered(simulation: Simulation) -> None:
    """Apply orders, and store the request to erase the first of them."""
    orders = []
    for _ in range(3):
        simulation.editors.version += 1
        orders.append(simulation.editors.order())
        simulation.post.offer(orders[-1])
    send(simulation)
    drive(simulation)
    simulation.post.offer(simulation.editors.erasure(orders[0]))
    send(simulation)
    simulation.agenda.clear()


FLOWS = (
    Flow("R: prove, keep, answer", edit, send),
    Flow("P and W: items, bump, messages, marks", kept, drive),
    Flow("B: wait, snapshot, build, release", applied, build),
    Flow("D: flip, roll back, resume, prune", released, move),
    Flow("X: replay and redelivery", released, again),
    Flow("E: erase an order at the vendor's request", ordered, drive),
)
