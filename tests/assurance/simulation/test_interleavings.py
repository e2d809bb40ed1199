"""Hypothesis as the scheduler: any next message, any storm, a fault at any step."""

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from platform_core.errors import StoreUnavailable
from tests.assurance.simulation import invariants
from tests.assurance.simulation.flows import resumed
from tests.assurance.simulation.simulation import Simulation
from tests.assurance.simulation.storms import ANY, STORMS, Storm
from tests.fakes.pipeline import Crash


class Interleavings(RuleBasedStateMachine):
    """A client whose agenda is handled in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation(0, ANY)

    @initialize(seed=st.integers(0, 1_000))
    def begin(self, seed: int) -> None:
        self.simulation.random.seed(seed)

    @rule()
    def edit(self) -> None:
        self.simulation.edit()

    @rule(index=st.integers(0, 9))
    def next(self, index: int) -> None:
        if self.simulation.agenda:
            self.simulation.turn(min(index, len(self.simulation.agenda) - 1))

    @rule(storm=st.sampled_from(STORMS))
    def change_storm(self, storm: Storm) -> None:
        self.simulation.injector.storm = storm

    @rule(steps=st.integers(1, 30), dies=st.booleans())
    def strike_soon(self, steps: int, dies: bool) -> None:
        injector = self.simulation.injector
        error = Crash("struck") if dies else StoreUnavailable("struck")
        injector.strike = (injector.count + steps, error)

    @invariant()
    def one_build_at_a_time(self) -> None:
        invariants.i5_one_build_at_a_time(self.simulation)

    def teardown(self) -> None:
        simulation = self.simulation
        simulation.injector.end_all_faults()
        simulation.run()
        resumed(simulation)
        simulation.settle()
        invariants.check(simulation)


Interleavings.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestInterleavings = Interleavings.TestCase
