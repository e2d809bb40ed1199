"""Views of the checks of this machine."""

from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.operations.checks import Check, CheckState
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import count_noun, show_answer, show_next, show_rows


def show_checks(screen: Screen, checks: Sequence[Check], *, details: bool = False) -> None:
    """Show whether this machine is ready, then each check, with the advice for a problem."""
    failed = [check for check in checks if check.verdict is CheckState.NOT_OK]
    unknown = [check for check in checks if check.verdict is CheckState.UNKNOWN]
    show_answer(screen, _describe(failed, unknown))
    screen.write("")
    rows = []
    for check in checks:
        is_shown = check.advice and (details or check.verdict is not CheckState.OK)
        text = f"{check.found} - {check.advice}" if is_shown else check.found
        rows.append([check.verdict, check.name, text])
    show_rows(screen, rows)
    if failed:
        show_next(screen, ("platform doctor", "after the advice above is followed"))
    else:
        show_next(screen, ("platform recommend", "chooses a CMS, a shop and a site generator"))


def checks_data(checks: Sequence[Check]) -> Data:
    """Return the checks as JSON data."""
    return {"checks": [asdict(check) for check in checks]}


def _describe(failed: Sequence[Check], unknown: Sequence[Check]) -> str:
    if failed:
        names = ", ".join(check.name for check in failed)
        return f"This machine is not ready: {count_noun(len(failed), 'check')} failed ({names})."
    if unknown:
        names = ", ".join(check.name for check in unknown)
        return f"This machine is ready for local sites; not checked: {names}."
    return "This machine is ready, for local sites and for AWS."
