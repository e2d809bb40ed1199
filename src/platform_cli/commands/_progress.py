"""How work in a cloud looks to a person: what the cloud says, calmly, and nothing invented."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from platform_cli.screen import Step
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.cdk import Progress
    from platform_cli.deploy.deployment import Deployed
    from platform_core.batching import SiteState

BUILD_SECONDS = 900.0
CALM_SECONDS = 1.0
"""At most one line of progress in that time; a failure is always told."""


def resources(step: Step, total: int | None = None) -> "Callable[[Progress], None]":
    """Tells how many resources of a stack are done."""
    last = time.monotonic()
    done: set[str] = set()

    def tell(now: "Progress") -> None:
        nonlocal last
        failed = now.status.endswith("FAILED")
        if now.status.endswith("COMPLETE"):
            done.add(now.resource)
        if failed or time.monotonic() - last >= CALM_SECONDS:
            last = time.monotonic()
            step.note(f"{len(done)}/{total or now.total} {now.resource} {now.status} {now.reason}")

    return tell


def built(session: Session, found: "Deployed", wanted: int, text: str) -> "SiteState":
    """Waits until the changes up to `wanted` are built; raises where they cannot be."""
    from platform_cli.deploy import release

    with session.screen.step(text) as step:
        return release.wait(
            found, wanted, seconds=BUILD_SECONDS, tell=lambda now: step.note(now.state)
        )
