"""Meters of the login relay. Editors log in rarely, so they amount to a fraction of a cent."""

from decimal import Decimal
from typing import Final

from platform_cli.cost.meters.meter import API, FUNCTION, FUNCTION_GB, LOG, Meter
from platform_cli.cost.monthly_usage import KILOBYTES_PER_GB

CALLS: Final = Decimal(200)
"""A hundred logins, generous for a month, of two requests."""
SECONDS_PER_CALL: Final = Decimal(1)

LOGIN: Final = (
    Meter(API, "apigw.http.request", "100 logins x 2 requests", lambda _: CALLS),
    Meter(FUNCTION, "lambda.request", "100 logins x 2 calls", lambda _: CALLS),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "calls x 1 second x 0.5 GB",
        lambda _: FUNCTION_GB * CALLS * SECONDS_PER_CALL,
    ),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "calls x a few lines",
        lambda m: CALLS * m.guess.log_kilobytes_per_call / KILOBYTES_PER_GB,
    ),
)
