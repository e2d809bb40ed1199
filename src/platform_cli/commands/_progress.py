"""How a running build looks to a person: what the site's row says, and nothing invented."""

from typing import TYPE_CHECKING

from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.release import Site

BUILD_SECONDS = 900.0


def built(session: Session, found: "Deployed", wanted: int, text: str) -> "Site":
    """Waits until the changes up to `wanted` are built; raises where they cannot be."""
    from platform_cli.deploy import release

    told: list[str] = []
    with session.screen.step(text) as step:

        def tell(now: "Site") -> None:
            if told[-1:] != [now.state]:
                told.append(now.state)
                step.note(now.state)

        return release.wait(found, wanted, seconds=BUILD_SECONDS, tell=tell)
