"""Timestamps as people type them and as reports show them."""

import re
from datetime import UTC, datetime
from typing import Final

from platform_cli.errors import UsageError

SECONDS_BY_UNIT: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TIME_FORMATS: Final = "30m, 2h or 7d ago, or a time like 2026-11-24T10:00:00Z"


def parse_time(text: str, now: float) -> float:
    """Convert an age such as `2h`, or an ISO-8601 time, to Unix seconds.

    A time without a zone is UTC.

    >>> parse_time("2h", 10_000.0)
    2800.0
    """
    age = re.fullmatch(r"(\d+)([smhd])", text)
    if age:
        return now - int(age[1]) * SECONDS_BY_UNIT[age[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"not a time: {text!r}", hint=f"use {TIME_FORMATS}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def format_time(seconds: float | None) -> str | None:
    """Format Unix seconds as ISO-8601 UTC with milliseconds, rounded down."""
    if seconds is None:
        return None
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
