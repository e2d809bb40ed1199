"""What deliveries use, from the door to the mark that they are done."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.resolve import blueprint
from platform_cli.resolve.cost.meters.meter import API, FUNCTION, FUNCTION_GB, LOG, TABLE, Meter
from platform_cli.resolve.cost.month import KILOBYTES_PER_GB


def webhooks(part: blueprint.Webhooks) -> Sequence[Meter]:
    return (*WEBHOOKS, *APPLY, *_secrets(part))


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
