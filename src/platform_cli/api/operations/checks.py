"""The result of one check."""

from dataclasses import dataclass
from enum import StrEnum

from platform_cli.errors import PlatformError


class CheckState(StrEnum):
    """The result of a check."""

    OK = "ok"
    NOT_OK = "not ok"
    UNKNOWN = "could not check"


@dataclass(frozen=True, slots=True)
class Check:
    """One check, with the advice for a failure."""

    name: str
    verdict: CheckState
    found: str
    advice: str = ""


def failed_check(name: str, error: PlatformError) -> Check:
    """Return the check that ended with this error."""
    finding = error.findings[0]
    return Check(name, CheckState.NOT_OK, finding.message, finding.hint)
