"""Meters of deliveries, from receipt until all changes are stored."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.blueprint import model
from platform_cli.cost.meters.meter import (
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
from platform_cli.cost.monthly_usage import KILOBYTES_PER_GB


def webhook_meters(part: model.Webhooks) -> Sequence[Meter]:
    return (
        *WEBHOOKS,
        *APPLY,
        *_metric_meters(part),
        *_comparison_meters(part),
        *_secret_meters(part),
    )


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
    Meter(TABLE, "dynamodb.pitr.gb", "the stored data", lambda m: m.table_gb),
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
        "one call per delivery",
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
"""Meters of applying deliveries, by ingest or, in direct mode, the builder."""


METRICS_PER_PROVIDER: Final = 6
"""Metrics of a provider in an hour with deliveries: received, duplicate, applied, published, and
two durations. Three more count failures and have a value only in an hour with a failure."""
ITEMS_PER_PAGE: Final = 100
"""Items in one page of a vendor's API."""


def _metric_meters(part: model.Webhooks) -> Sequence[Meter]:
    """Return the meters of the metrics of each provider.

    Clients of one account share these metrics. The estimate assumes that no other client does.
    """
    metrics = METRICS_PER_PROVIDER * len(part.bindings)
    return (
        Meter(
            LOG,
            "cloudwatch.metric",
            "providers x 6 metrics x part of the month with deliveries",
            lambda m: metrics * m.delivering_hours / HOURS,
        ),
    )


def _comparison_meters(part: model.Webhooks) -> Sequence[Meter]:
    """Return the meters of the comparison with each vendor's listing."""
    providers = len(part.bindings)
    return (
        Meter(
            TABLE,
            "dynamodb.rru",
            "sweeps x providers for the last comparison, and daily the items' dates",
            lambda m: providers * SWEEPS + DAYS * m.items / 80,
        ),
        Meter(
            FUNCTION,
            "lambda.gbs.arm64",
            "days x (providers, and pages of 100 items) x seconds to apply x 0.5 GB",
            lambda m: (
                FUNCTION_GB
                * DAYS
                * (providers + m.items / ITEMS_PER_PAGE)
                * m.guess.seconds_to_apply
            ),
        ),
    )


def _secret_meters(part: model.Webhooks) -> Sequence[Meter]:
    """Return the meters of the secret store.

    SSM stores and reads standard parameters free of charge; KMS charges for the decryption.
    """
    if part.secret_store == "ssm":  # noqa: S105 (the name of a store)
        return (
            Meter(
                FUNCTION,
                "kms.request",
                "at most one read per delivery: functions cache a secret for a minute",
                lambda m: m.deliveries,
            ),
        )
    count = Decimal(sum(len(binding.usual_secrets) for binding in part.bindings))
    return (
        Meter(FUNCTION, "secrets.secret", "each secret of each provider", lambda _: count),
        Meter(
            FUNCTION,
            "secrets.api",
            "at most one read per delivery: functions cache a secret for a minute",
            lambda m: m.deliveries,
        ),
    )
