"""Meters of contact forms."""

from decimal import Decimal
from typing import Final

from platform_cli.cost.meters.meter import (
    API,
    FUNCTION,
    FUNCTION_GB,
    LOG,
    SCHEDULE,
    SWEEPS,
    TABLE,
    Meter,
)
from platform_cli.cost.monthly_usage import KILOBYTES_PER_GB, Month

CALLS_PER_ENTRY: Final = 4
"""The entry, the page after it, its counters and the entry in the stream."""


def _entries(month: Month) -> Decimal:
    return month.usage.page_views * month.guess.entries_per_view


FORMS: Final = (
    Meter(
        API, "apigw.http.request", "entries, and the pages after them", lambda m: _entries(m) * 2
    ),
    Meter(
        FUNCTION,
        "lambda.request",
        "page views x entries a view x 4 calls, and sweeps",
        lambda m: _entries(m) * CALLS_PER_ENTRY + SWEEPS,
    ),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "calls x seconds x 0.5 GB",
        lambda m: (
            FUNCTION_GB
            * (
                _entries(m) * CALLS_PER_ENTRY * m.guess.seconds_to_receive
                + SWEEPS * m.guess.seconds_to_sweep
            )
        ),
    ),
    Meter(FUNCTION, "ses.email", "one for each entry", lambda m: _entries(m)),
    Meter(SCHEDULE, "scheduler.invocation", "a sweep every five minutes", lambda _: SWEEPS),
    Meter(
        TABLE,
        "dynamodb.wru",
        "entries x (3 counters, and 3 writes of the entry and its index)",
        lambda m: _entries(m) * 9,
    ),
    Meter(
        TABLE,
        "dynamodb.rru",
        "entries x 2 reads, and an empty query a sweep",
        lambda m: _entries(m) * 2 + SWEEPS,
    ),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "calls x a few lines",
        lambda m: (
            (_entries(m) * CALLS_PER_ENTRY + SWEEPS)
            * m.guess.log_kilobytes_per_call
            / KILOBYTES_PER_GB
        ),
    ),
)
