"""Count how often the end of an attempt is worked on, so that no attempt blocks a site for good.

A bug, a time limit or a lack of memory can stop the builder while it ends an attempt. Every poll
would then stop at the same place. The try is counted before its work, so that any of them counts.
"""

from typing import Final

from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.build.deps import BuilderDeps

MAX_END_TRIES: Final = 10
END_LEASE: Final = 60.0
"""Seconds until a poll without news tries again."""
GIVEN_UP: Final = f"the end of the build could not be completed in {MAX_END_TRIES} tries"


def count_end_try(deps: BuilderDeps, state: SiteState) -> bool:
    """Count a try to end the attempt in the SITE row. Returns False if there were too many."""
    if state.end_tries >= MAX_END_TRIES:
        return False
    expected = {"attempt": state.attempt, "end_tries": state.end_tries}
    lease = deps.clock() + END_LEASE
    # Another poll may count at the same moment; then both go on, as every step may be repeated.
    deps.site.compare_and_set(expected, {"end_tries": state.end_tries + 1, "lease": lease})
    return True
