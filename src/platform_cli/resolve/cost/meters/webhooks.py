"""What deliveries use, from the door to the mark that they are done."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.resolve import blueprint
from platform_cli.resolve.cost.meters.meter import (
    API,
    DAYS,
    FUNCTION,
    FUNCTION_GB,
    HOURS,
    LOG,
    SWEEPS,
    TABLE,
    Meter,
)
from platform_cli.resolve.cost.month import KILOBYTES_PER_GB


def webhooks(part: blueprint.Webhooks) -> Sequence[Meter]:
    return (*WEBHOOKS, *APPLY, *_counted(part), *_watched(part), *_secrets(part))


WEBHOOKS: Final = (
    Meter(API, "apigw.http.request", "deliveries", lambda m: m.deliveries),
    Meter(FUNCTION, "lambda.request", "deliveries", lambda m: m.deliveries),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "deliveries x seconds to receive x 0.5 GB",
        lambda m: FUNCTION_GB * m.deliveries * m.guess.seconds_to_receive,
    ),
    Meter(
        TABLE,
        "dynamodb.wru",
        "deliveries x (2 writes of the row, and 4 of its indexes)",
        lambda m: m.deliveries * (2 * (m.guess.kilobytes_per_webhook + 1) + 4),
    ),
    Meter(
        TABLE,
        "dynamodb.storage.gb",
        "the rows of a month, and the content",
        lambda m: m.table_gb,
    ),
    Meter(TABLE, "dynamodb.pitr.gb", "as much as is stored", lambda m: m.table_gb),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "deliveries x a few lines",
        lambda m: m.deliveries * m.guess.log_kilobytes_per_call / KILOBYTES_PER_GB,
    ),
)

APPLY: Final = (
    Meter(
        FUNCTION,
        "lambda.request",
        "a call a delivery: none waits for others",
        lambda m: m.deliveries,
    ),
    Meter(
        FUNCTION,
        "lambda.gbs.arm64",
        "deliveries x seconds to apply x 0.5 GB",
        lambda m: FUNCTION_GB * m.deliveries * m.guess.seconds_to_apply,
    ),
    Meter(
        TABLE,
        "dynamodb.rru",
        "deliveries x the row",
        lambda m: m.deliveries * (m.guess.kilobytes_per_webhook / 4 + 1),
    ),
)
"""By ingest; in direct mode, by the builder."""


COUNTED: Final = 6
"""Metrics of a provider in an hour with deliveries: received, duplicate, applied, published, and
two times. Three more are of failures, and have a value in no hour without one."""
PAGE: Final = 100
"""Items of a listing that one call of a vendor's API brings."""


def _counted(part: blueprint.Webhooks) -> Sequence[Meter]:
    """As if no other client of the account had these providers: those share the metrics."""
    metrics = COUNTED * len(part.bindings)
    return (
        Meter(
            LOG,
            "cloudwatch.metric",
            "providers x 6 metrics x part of the month with deliveries",
            lambda m: metrics * m.delivering_hours / HOURS,
        ),
    )


def _watched(part: blueprint.Webhooks) -> Sequence[Meter]:
    """Whether a vendor shows what never came in."""
    providers = len(part.bindings)
    return (
        Meter(
            TABLE,
            "dynamodb.rru",
            "sweeps x providers: when the vendor was last looked at; a day: the items' dates",
            lambda m: providers * SWEEPS + DAYS * m.items / 80,
        ),
        Meter(
            FUNCTION,
            "lambda.gbs.arm64",
            "days x (providers, and pages of 100 items) x seconds to apply x 0.5 GB",
            lambda m: FUNCTION_GB * DAYS * (providers + m.items / PAGE) * m.guess.seconds_to_apply,
        ),
    )


def _secrets(part: blueprint.Webhooks) -> Sequence[Meter]:
    """SSM keeps and gives standard parameters for nothing; its decryption is the key's."""
    if part.secret_store == "ssm":  # noqa: S105 (the name of a store)
        return (
            Meter(
                FUNCTION,
                "kms.request",
                "at most one read a delivery: a function keeps a secret for a minute",
                lambda m: m.deliveries,
            ),
        )
    count = Decimal(sum(len(each.secrets) for each in part.bindings))
    return (
        Meter(FUNCTION, "secrets.secret", "each secret of each provider", lambda _: count),
        Meter(
            FUNCTION,
            "secrets.api",
            "at most one read a delivery: a function keeps a secret for a minute",
            lambda m: m.deliveries,
        ),
    )
