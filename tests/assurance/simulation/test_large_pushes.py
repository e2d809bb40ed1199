"""A push of a thousand files is applied once, whatever kills or refuses one of its steps."""

from functools import cache

import pytest

from platform_core.errors import StoreUnavailable
from platform_core.pipeline.ingest.attempts import ATTEMPT_SECONDS
from tests.lambdas.test_attempts import ImportWorld

FILES = 1_000
POINTS = (0.0, 0.0101, 0.5003, 0.999)
"""Places of the fault, as shares of all steps."""


def apply_push(fault: str = "", at: int = 0) -> ImportWorld:
    """Apply a push in sweeps. The fault occurs once, at this step."""
    world = ImportWorld(FILES)
    push = world.deliver({}, "push")
    step = world.step.count + at
    if fault == "dies":
        world.step.crash_at = step
    elif fault:
        world.step.between, world.step.between_at = refuse, step
    for _ in range(50):
        world.run(lambda: world.ingest.sweep(world.clock.now + 100))
        if world.deliveries.status(push) == "applied":
            return world
        world.clock.sleep(ATTEMPT_SECONDS)
    raise AssertionError("the push is not applied")


@cache
def count_steps() -> int:
    return apply_push().step.count


def refuse() -> None:
    raise StoreUnavailable("struck")


@pytest.mark.parametrize("share", POINTS)
@pytest.mark.parametrize("fault", ["dies", "is refused"])
def test_a_large_push_is_applied_once(fault: str, share: float) -> None:
    world = apply_push(fault, 1 + int(share * (count_steps() - 10)))
    event_ids = {event.event_id for event in world.bus.events}
    assert len(world.stored) == len(event_ids) == FILES
    assert world.site.state.changed >= FILES
