"""Meters of the unified content table."""

from typing import Final

from platform_cli.cost.meters.meter import (
    BUCKET,
    FUNCTION,
    FUNCTION_GB,
    LOG,
    SCHEDULE,
    SWEEPS,
    TABLE,
    TOPIC,
    Meter,
)
from platform_cli.cost.monthly_usage import KILOBYTES_PER_GB

CONTENT: Final = (
    Meter(
        FUNCTION,
        "lambda.request",
        "sweeps of ingest",
        lambda _: SWEEPS,
    ),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "sweeps x seconds x 0.5 GB",
        lambda m: FUNCTION_GB * SWEEPS * m.guess.seconds_to_sweep,
    ),
    Meter(SCHEDULE, "scheduler.invocation", "a sweep every five minutes", lambda _: SWEEPS),
    Meter(
        TOPIC,
        "sns.publish",
        "deliveries x 2: the event, and the hint to build",
        lambda m: m.deliveries * 2,
    ),
    Meter(
        TABLE,
        "dynamodb.wru",
        "deliveries x (the item, the same again in one index, 3 in others, the site's row)",
        lambda m: m.deliveries * (2 * m.guess.kilobytes_per_item + 4),
    ),
    Meter(
        TABLE,
        "dynamodb.rru",
        "deliveries x the stored item; builds x all items, twice, at half a unit for 4 KB",
        lambda m: (
            m.deliveries * m.guess.kilobytes_per_item / 4
            + m.builds * 2 * m.items * m.guess.kilobytes_per_item / 8
        ),
    ),
    Meter(
        BUCKET,
        "s3.storage.gb",
        "snapshots, for 30 days",
        lambda m: m.builds * m.items * m.guess.kilobytes_per_item / KILOBYTES_PER_GB,
    ),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "calls of ingest x a few lines",
        lambda m: (m.deliveries + SWEEPS) * m.guess.log_kilobytes_per_call / KILOBYTES_PER_GB,
    ),
)
