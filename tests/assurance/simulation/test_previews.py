"""Previews beside the live site, in any order, with crashes and races.

No interleaving makes a preview live or the target of a rollback, and no live build waits for one.
After its end nothing of a preview is left.
"""

from collections.abc import Callable
from functools import partial

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from platform_core import contract
from platform_core.contract.status import BuildOutcome, PreviewStatus
from platform_core.pipeline.actions import StartPreview
from platform_core.pipeline.build.deps import snapshot_key
from platform_core.pipeline.preview.record import PreviewRecord
from tests.fakes.pipeline.previews import PreviewWorld

DAY = 24 * 3600.0
LIMIT = 3
AT_REST = {PreviewStatus.READY, PreviewStatus.FAILED}


class PreviewsBesideTheSite(RuleBasedStateMachine):
    """People, workers and builds of one client."""

    def __init__(self) -> None:
        super().__init__()
        self.world = PreviewWorld()
        self.version = 1
        self.started: list[str] = []
        """The hash of each token."""
        self.ids: set[str] = set()
        self.world.edit("tea", 1)
        self.world.settle(3)

    # --- people --------------------------------------------------------------------------------

    @rule(days=st.integers(1, 3))
    def start_preview(self, days: int) -> None:
        token = contract.hash_preview_token(f"token {len(self.started)}")
        self.started.append(token)
        order = StartPreview(token, "source/draft.zip", days, LIMIT)
        self.world.attempt(lambda: self.world.previews.start(order))

    @rule(index=st.integers(0, LIMIT))
    def end_preview(self, index: int) -> None:
        if rows := sorted(self.world.preview_store.rows):
            self.world.attempt(lambda: self.world.previews.end(rows[index % len(rows)]))

    @rule()
    def edit(self) -> None:
        self.version += 1
        self.world.edit("tea", self.version)

    @rule(index=st.integers(0, 9))
    def roll_back(self, index: int) -> None:
        """Roll back to a release or, in vain, to a preview."""
        ids = sorted({*self.world.records.kept, *self.ids})
        self.world.attempt(lambda: self.world.builder.rollback(ids[index % len(ids)]))

    @rule()
    def resume(self) -> None:
        self.world.attempt(self.world.builder.resume)

    # --- workers and builds --------------------------------------------------------------------

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @rule()
    def advance(self) -> None:
        self.world.run(self.world.previews.advance)

    @rule()
    def finish_live_builds(self) -> None:
        self.world.finish_builds()

    @rule(outcome=st.sampled_from((BuildOutcome.FAILED, BuildOutcome.FAULTED)))
    def fail_preview_builds(self, outcome: BuildOutcome) -> None:
        self.world.preview_builds.end_all(outcome)

    @rule(also=st.sampled_from(("", "", "", "assets/shared.css")))
    def finish_preview_builds(self, also: str) -> None:
        self.world.preview_builds.succeed(also=also)

    @rule(seconds=st.sampled_from((3.0, 60.0, 400.0, DAY)))
    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(steps=st.integers(1, 15))
    def crash_soon(self, steps: int) -> None:
        self.world.step.crash_at = self.world.step.count + steps

    @rule(steps=st.integers(1, 10), worker=st.sampled_from(("advance", "build", "end")))
    def race_soon(self, steps: int, worker: str) -> None:
        """Let another worker run in the middle of the next one."""
        workers: dict[str, Callable[[], object]] = {
            "advance": self.world.previews.advance,
            "build": self.world.builder.reconcile,
            "end": partial(self.end_preview, 0),
        }
        self.world.step.between_at = self.world.step.count + steps
        self.world.step.between = partial(self.world.run, workers[worker])

    # --- what always holds ---------------------------------------------------------------------

    @invariant()
    def no_preview_is_a_release(self) -> None:
        world = self.world
        rows = world.preview_store.rows
        self.ids |= set(rows)
        folders = {folder for row in rows.values() for folder in row.folders}
        assert world.pointer.value not in folders
        assert not self.ids & set(world.records.kept)
        state = world.site.state
        assert not {state.live, state.ready} & self.ids
        assert len(rows) <= LIMIT

    @invariant()
    def visitors_see_the_content_of_a_release(self) -> None:
        assert "tea" in self.world.visible

    @invariant()
    def an_open_preview_has_its_own_files(self) -> None:
        world = self.world
        for value in world.entries.entries.values():
            folder = value.split()[1]
            assert f"{contract.preview_prefix(folder)}index.html" in world.pages.files

    # --- at the end ----------------------------------------------------------------------------

    def teardown(self) -> None:
        world = self.world
        world.step.crash_at = world.step.between = None
        world.attempt(world.builder.resume)
        self._settle()
        assert world.visible == {"tea": f"tea {self.version}"}, "a live build waits"
        self._check_rows(list(world.preview_store.rows.values()))
        world.pass_time(4 * DAY)
        self._settle()
        assert (world.preview_store.rows, world.entries.entries) == ({}, {})
        # Pruning deletes objects without a preview after a day, and snapshots after seven.
        world.pass_time(8 * DAY)
        world.edit("tea", self.version + 1)
        self._settle()
        assert not [key for key in world.pages.files if key.startswith(contract.PREVIEWS)]
        snapshots = {key for key in world.data.files if key.startswith(contract.SNAPSHOTS)}
        assert snapshots <= {snapshot_key(release) for release in world.records.kept}

    def _settle(self) -> None:
        world = self.world
        for _ in range(6):
            world.settle(2)
            world.run(world.previews.advance)
            world.preview_builds.succeed()
            world.run(world.previews.advance)

    def _check_rows(self, rows: list[PreviewRecord]) -> None:
        assert {row.status for row in rows} <= AT_REST
        ready = [row for row in rows if row.status == PreviewStatus.READY]
        assert self.world.entries.entries == dict(row.entry for row in ready)


PreviewsBesideTheSite.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestPreviewsBesideTheSite = PreviewsBesideTheSite.TestCase
