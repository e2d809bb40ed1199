"""Meters of previews. Their storage, for a week each, is below a cent."""

from typing import Final

from platform_cli.cost.meters.meter import BUCKET, FUNCTION, POINTER, PROJECT, TABLE, Meter

PREVIEWS: Final = (
    Meter(
        PROJECT,
        "codebuild.arm1.small",
        "previews x minutes a build, rounded up",
        lambda m: m.preview_minutes,
    ),
    Meter(
        BUCKET,
        "s3.put",
        "previews x (pages + source, snapshot, manifest and cache)",
        lambda m: m.guess.previews * (m.usage.pages + 4),
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.api",
        "previews x 4: its entry is put and deleted, each time with the version",
        lambda m: m.guess.previews * 4,
    ),
    Meter(
        FUNCTION,
        "lambda.request",
        "previews x calls of the builder",
        lambda m: m.guess.previews * m.guess.calls_per_build,
    ),
    Meter(
        TABLE,
        "dynamodb.wru",
        "previews x 6 writes of the row",
        lambda m: m.guess.previews * 6,
    ),
)
