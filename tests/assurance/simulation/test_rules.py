"""Redirects that belong to a release, with rollbacks, pruning, crashes and races.

At no moment do visitors get a release without its own rules.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from platform_core import contract
from platform_core.hosting.edge_rules import path_key, release_key
from platform_core.pipeline.build.builder import Builder
from tests.fakes.pipeline import World
from tests.fakes.pipeline.services import MemoryRuleStore

DAY = 24 * 3600.0


class RulesWorld(World):
    """A client whose site redirects `/old` to a target of each version, and has a plain version."""

    def __init__(self) -> None:
        super().__init__()
        self.rule_store = MemoryRuleStore(self.step)
        self.desk = replace(self.desk, rules=self.rule_store)
        self.builder = Builder(self.desk)
        self.targets: dict[str, str] = {}
        """The target by the folder of a release; empty for one without rules."""

    def publish(self, attempt: str) -> None:
        super().publish(attempt)
        folder = self.builds.folder_of(attempt) or attempt
        home = contract.release_prefix(folder)
        title = json.loads(self.pages.files[f"{home}index.html"][0])["articles"][0]["title"]
        version = int(title.rpartition(" ")[2])
        if version % 3 == 0:
            self.targets[folder] = ""
            return
        target = self.targets[folder] = f"/new/{version % 4}/"
        text = f"/old {target}\n".encode()
        self.pages.files[f"{home}_redirects"] = (text, self.clock())
        document = json.loads(self.pages.files[f"{home}release.json"][0])
        document["files"][f"{home}_redirects"] = {"key": f"{home}_redirects", "size": len(text)}
        body = json.dumps(document).encode()
        self.pages.files[f"{home}release.json"] = (body, self.clock())

    @property
    def shown_target(self) -> str:
        """The target that the edge finds for `/old` on the live release."""
        name = self.rule_store.entries.get(release_key(self.pointer.value or ""), "")
        entry = self.rule_store.entries.get(path_key(name, "/old"), "") if name else ""
        return entry.partition(" ")[2]


class RulesOfReleases(RuleBasedStateMachine):
    """Edits, builds, rollbacks and pruning of one client."""

    def __init__(self) -> None:
        super().__init__()
        self.world = RulesWorld()
        self.version = 1
        self.world.edit("tea", 1)
        self.world.settle(3)

    @rule()
    def edit(self) -> None:
        self.version += 1
        self.world.edit("tea", self.version)

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @rule()
    def finish_builds(self) -> None:
        self.world.finish_builds()

    @rule(index=st.integers(0, 9))
    def roll_back(self, index: int) -> None:
        ids = sorted(self.world.records.kept)
        self.world.attempt(lambda: self.world.builder.rollback(ids[index % len(ids)]))

    @rule()
    def resume(self) -> None:
        self.world.attempt(self.world.builder.resume)

    @rule(seconds=st.sampled_from((3.0, 60.0, 400.0, DAY)))
    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(steps=st.integers(1, 20))
    def crash_soon(self, steps: int) -> None:
        self.world.step.crash_at = self.world.step.count + steps

    @rule(steps=st.integers(1, 15), index=st.integers(0, 9))
    def race_soon(self, steps: int, index: int) -> None:
        """Let a rollback or another worker run in the middle of the next one."""
        workers: tuple[Callable[[], object], ...] = (
            self.world.builder.reconcile,
            partial(self.world.attempt, partial(self.roll_back, index)),
        )
        self.world.step.between_at = self.world.step.count + steps
        self.world.step.between = partial(self.world.run, workers[index % 2])

    @invariant()
    def visitors_get_the_rules_of_their_release(self) -> None:
        world = self.world
        if world.pointer.value is not None:
            assert world.shown_target == world.targets[world.pointer.value]

    def teardown(self) -> None:
        world = self.world
        world.step.crash_at = world.step.between = None
        world.attempt(world.builder.resume)
        world.settle()
        world.pass_time(2 * DAY)
        world.settle(3)
        assert world.visible == {"tea": f"tea {self.version}"}
        kept = {record.files_folder for record in world.records.kept.values() if record.rules}
        named = {key for key in world.rule_store.entries if key.startswith("rules:")}
        assert named == {release_key(folder) for folder in kept}


RulesOfReleases.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestRulesOfReleases = RulesOfReleases.TestCase
