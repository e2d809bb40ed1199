"""The simulation with the adapters in place of the in-memory ports."""

import json
from collections.abc import Callable, Sequence
from random import Random

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.secrets import CachedSecrets, make_secret_fetcher
from platform_core import contract
from platform_core.errors import StoreUnavailable
from platform_core.webhooks.request import WEBHOOK_SECRET
from tests.assurance.simulation.flows import Flow, resumed
from tests.assurance.simulation.senders import OLD, RotatedSecrets
from tests.assurance.simulation.simulation import BUILDER_SECONDS, Simulation
from tests.assurance.simulation.storms import DAY, STRUCK, Storm
from tests.assurance.wire.cloud import time_of
from tests.assurance.wire.world import WireWorld
from tests.fakes.pipeline import Crash

FAULTS: dict[str, Exception | Crash] = {
    "dies": Crash("struck"),
    "hears nothing": StoreUnavailable("struck"),
}


class Parameter(CachedSecrets):
    """The entry point's own cache over the parameter that a rotation changes."""

    def __init__(self, world: WireWorld) -> None:
        fetch = make_secret_fetcher("ssm", world.cloud.client("ssm", clients.FAST_FAIL))
        super().__init__(fetch, world.client_id, "dev", world.clock)
        self.world = world
        self.renew(OLD)

    def renew(self, *values: bytes) -> None:
        new, *old = (value.decode() for value in values)
        previous = {"value": old[0], "valid_until": self.world.clock() + 7 * DAY} if old else None
        path = contract.secret_path(self.world.client_id, "dev", "shop", WEBHOOK_SECRET)
        self.world.parameters.values[path] = json.dumps({"current": new, "previous": previous})

    def expire(self) -> None:
        """Do nothing: the cache expires on its own."""


class WireSimulation(Simulation):
    """A client with real adapters."""

    wire: WireWorld

    def __init__(self, seed: int, storm: Storm, client_id: str = "acme") -> None:
        self.client_id = client_id
        super().__init__(seed, storm)

    def _world(self) -> WireWorld:
        self.wire = WireWorld(self.injector, Random(self.random.random()), self.client_id)
        self.wire.behind(self.injector.behind)
        return self.wire

    def _secrets(self) -> RotatedSecrets:
        return Parameter(self.wire)

    def work(self, worker: Callable[[], object], seconds: float = BUILDER_SECONDS) -> bool:
        with time_of(self.wire.clock):
            return super().work(worker, seconds)

    def replay(self, ids: Sequence[str]) -> None:
        with time_of(self.wire.clock):
            super().replay(ids)

    def time_takes(self, behind: float = 0.0) -> None:
        self.wire.expire(self.world.clock() - behind)


def lived_through(seed: int, storm: Storm, edits: int) -> WireSimulation:
    """Return a client after a day of traffic in a storm and the calm after it."""
    simulation = WireSimulation(seed, storm)
    simulation.day(edits)
    simulation.run()
    simulation.settle()
    return simulation


def begun(flow: Flow) -> WireSimulation:
    simulation = WireSimulation(5, STRUCK)
    flow.before(simulation)
    return simulation


def requests_of(flow: Flow) -> Sequence[int]:
    """Return the steps of a flow: before each request and after its effect."""
    probe = begun(flow)
    first = probe.injector.count + 1
    flow.part(probe)
    return range(first, probe.injector.count + 1)


def struck(flow: Flow, point: int, fault: Exception | Crash) -> WireSimulation:
    """Run a flow with this fault at one step, and return its simulation."""
    simulation = begun(flow)
    simulation.injector.strike = (point, fault)
    flow.part(simulation)
    simulation.run()
    simulation.injector.end_all_faults()
    resumed(simulation)
    simulation.settle()
    return simulation
