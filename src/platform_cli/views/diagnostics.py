"""Views of the checks of this machine."""

from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.operations.checks import Check
from platform_cli.screen import Data, Screen


def show_checks(screen: Screen, checks: Sequence[Check]) -> None:
    """Show the result of each check, with the advice for a failure."""
    rows = [[check.name, check.verdict, check.found, check.advice] for check in checks]
    screen.table("This machine", ["check", "result", "found", "advice"], rows)


def checks_data(checks: Sequence[Check]) -> Data:
    """Return the checks as JSON data."""
    return {"checks": [asdict(check) for check in checks]}
