"""Times as a person says them, and as a person reads them."""

import re
from datetime import UTC, datetime
from typing import Final

from platform_cli.errors import UsageError

SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
HOW: Final = "30m, 2h or 7d ago, or a time like 2026-11-24T10:00:00Z"


def ago_or_at(text: str, now: float) -> float:
    """Unix seconds of `2h` (before now) or of an ISO-8601 time, which is UTC unless it says more.

    >>> ago_or_at("2h", 10_000.0)
    2800.0
    """
    span = re.fullmatch(r"(\d+)([smhd])", text)
    if span:
        return now - int(span[1]) * SECONDS[span[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"not a time: {text!r}", hint=HOW) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def iso(seconds: float | None) -> str | None:
    """ISO-8601 UTC in milliseconds, never after the moment itself."""
    if seconds is None:
        return None
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
