"""A site that renders its own repository, with stale answers, late pushes and crashes.

The invariants are those of docs/decisions/0023-the-host-orders-commits.md.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fakes.pipeline.source_world import SourceWorld


def follows_the_branch(world: SourceWorld, commits: Iterable[str | None]) -> bool:
    """Return whether the commits are states of the branch, in its order."""
    states: Iterator[str | None] = iter([head.commit for head in world.git.history])
    current = ""
    for commit in commits:
        if commit != current and commit not in states:
            return False
        current = commit or ""
    return True


def check(world: SourceWorld) -> None:
    """Check a world at rest."""
    head = world.git.head.commit
    state = world.site.state
    assert (state.state, state.built) == ("idle", state.changed)
    assert world.source.row.commit == head
    assert world.live_commit == head
    releases = sorted(world.records.kept.values(), key=lambda release: release.covers)
    assert follows_the_branch(world, [release.commit for release in releases])
    commits = [head.commit for head in world.git.history]
    for delivery, position in world.pushes.items():
        stored = world.deliveries.rows[delivery]
        assert stored.delivery.status in {"applied", "duplicate"}
        for release in releases:
            if release.covers >= (stored.changed or release.covers + 1):
                assert release.commit in commits[position:], "a build lacks a push that it covers"


class Branch(RuleBasedStateMachine):
    """Pushes, deliveries, builds and stale answers in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SourceWorld()
        self.undelivered = [self.world.git.push(self.world.clock())]
        self.world.deliver_push(self.world.git.head)

    def _push(self, push: Callable[[], object], seconds: float) -> None:
        self.world.clock.sleep(seconds)
        push()
        self.world.deliver_push(self.world.git.head)

    @rule(seconds=st.sampled_from((0.0, 0.4, 1.0, 5.0)))
    def push(self, seconds: float) -> None:
        git, clock = self.world.git, self.world.clock
        self._push(lambda: git.push(clock()), seconds)

    @rule(back=st.integers(1, 4))
    def force_back(self, back: int) -> None:
        git, clock = self.world.git, self.world.clock
        commit = git.history[max(len(git.history) - 1 - back, 0)].commit
        self._push(lambda: git.force_back(commit, clock()), 1.0)

    @rule()
    def force_other(self) -> None:
        git, clock = self.world.git, self.world.clock
        parent = git.parents[git.head.commit]
        self._push(lambda: git.push(clock(), parent=parent), 1.0)

    @rule(index=st.integers(0, 5))
    def apply_one(self, index: int) -> None:
        pending = [
            one for one in self.world.pushes if self.world.deliveries.status(one) == "pending"
        ]
        if pending:
            self.world.apply(pending[index % len(pending)])

    @rule()
    def build(self) -> None:
        self.world.pass_time(3.0)
        self.world.run(self.world.builder.reconcile)

    @rule()
    def end_build(self) -> None:
        self.world.finish_builds()

    @rule(behind=st.integers(0, 2), is_time_behind=st.booleans())
    def lag(self, behind: int, is_time_behind: bool) -> None:
        self.world.git.behind, self.world.git.is_time_behind = behind, is_time_behind

    @rule(steps=st.integers(1, 12))
    def crash_soon(self, steps: int) -> None:
        self.world.step.crash_at = self.world.step.count + steps

    @rule(steps=st.integers(1, 8), index=st.integers(0, 5))
    def race_soon(self, steps: int, index: int) -> None:
        """Let another worker apply a delivery in the middle of the next one."""
        self.world.step.between_at = self.world.step.count + steps
        self.world.step.between = partial(self.apply_one, index)

    @invariant()
    def the_row_follows_the_branch(self) -> None:
        world = self.world
        assert follows_the_branch(world, [state.commit for state in world.source.history])

    def teardown(self) -> None:
        world = self.world
        world.step.crash_at = world.step.between = None
        world.git.behind, world.git.is_time_behind = 0, False
        world.settle()
        check(world)


Branch.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestBranch = Branch.TestCase


def test_a_crash_at_any_step_loses_no_push() -> None:
    """From a kept delivery to the release, the worker dies once, before or after each effect."""

    def play(world: SourceWorld, crash_at: int | None) -> None:
        world.git.push(world.clock())
        world.apply(world.deliver_push(world.git.head))
        world.settle(2)
        world.git.push(world.clock())
        delivery = world.deliver_push(world.git.head)
        if crash_at is not None:
            world.step.crash_at = world.step.count + crash_at
        world.apply(delivery)
        world.run(world.builder.reconcile)
        world.pass_time(3.0)
        world.finish_builds()
        world.step.crash_at = None
        world.settle()

    calm = SourceWorld()
    play(calm, None)
    check(calm)
    for point in range(1, 80):
        world = SourceWorld()
        play(world, point)
        check(world)
