"""Meters of builds and of the builder, which starts them."""

from typing import Final

from platform_cli.cost.meters.meter import (
    BUCKET,
    FUNCTION,
    FUNCTION_GB,
    HOURS,
    LOG,
    POINTER,
    PROJECT,
    SCHEDULE,
    SWEEPS,
    TABLE,
    TIMER,
    Meter,
)
from platform_cli.cost.monthly_usage import KILOBYTES_PER_GB

METRICS_PER_BUILD: Final = 3
"""Metrics in an hour with a build: durations of the build, the switch and the publication."""
BUILDS: Final = (
    Meter(
        PROJECT,
        "codebuild.arm1.small",
        "changes x builds a change x minutes a build, rounded up",
        lambda m: m.build_minutes,
    ),
    Meter(
        BUCKET,
        "s3.put",
        "builds x (pages + snapshot, manifest, cache and error page)",
        lambda m: m.builds * (m.usage.pages + 5),
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.api",
        "builds x 2: its version, then the key",
        lambda m: m.builds * 2,
    ),
    Meter(
        FUNCTION,
        "lambda.request",
        "builds x calls of the builder, and its sweeps",
        lambda m: m.builds * m.guess.calls_per_build + SWEEPS,
    ),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "calls x seconds x 0.5 GB",
        lambda m: (
            FUNCTION_GB
            * (
                m.builds * m.guess.calls_per_build * m.guess.seconds_to_decide
                + SWEEPS * m.guess.seconds_to_sweep
            )
        ),
    ),
    Meter(
        TIMER,
        "stepfunctions.transition",
        "builds x waits x 3 transitions",
        lambda m: m.builds * m.guess.waits_per_build * 3,
    ),
    Meter(
        SCHEDULE,
        "scheduler.invocation",
        "a sweep every five minutes, and one for each build that might be lost",
        lambda m: SWEEPS + m.builds,
    ),
    Meter(
        TABLE,
        "dynamodb.wru",
        "builds x writes of the site's row and its records",
        lambda m: m.builds * 20,
    ),
    Meter(
        TABLE,
        "dynamodb.rru",
        "reads of the site's row: two a call of the builder",
        lambda m: 2 * (m.builds * m.guess.calls_per_build + SWEEPS),
    ),
    Meter(
        LOG,
        "cloudwatch.metric",
        "3 metrics x part of the month with builds",
        lambda m: METRICS_PER_BUILD * m.building_hours / HOURS,
    ),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "builds x their log, and a few lines a call",
        lambda m: (
            (
                m.builds * m.guess.log_kilobytes_per_build
                + (m.builds * m.guess.calls_per_build + SWEEPS) * m.guess.log_kilobytes_per_call
            )
            / KILOBYTES_PER_GB
        ),
    ),
)
