"""What it costs to be woken."""

from collections.abc import Sequence
from decimal import Decimal

from platform_cli.resolve.blueprint import Alarms, Blueprint, Webhooks
from platform_cli.resolve.cost.meters.meter import HOURS, TOPIC, Meter


def alarms(part: Alarms, blueprint: Blueprint) -> Sequence[Meter]:
    watched = 5 if any(isinstance(each, Webhooks) for each in blueprint.parts) else 2
    found = [
        Meter(
            "AWS::CloudWatch::Alarm",
            "cloudwatch.alarm",
            "dead letters, and each line that wakes a person",
            lambda _: Decimal(1 + watched),
        ),
        Meter(
            "AWS::Logs::MetricFilter",
            "cloudwatch.metric",
            "metrics x part of the month with such a line",
            lambda m: watched * m.guess.alarming_hours / HOURS,
        ),
    ]
    if part.dashboard:
        found.append(
            Meter(
                "AWS::CloudWatch::Dashboard",
                "cloudwatch.dashboard",
                "one",
                lambda _: Decimal(1),
            )
        )
    if part.notify_email:
        found.append(
            Meter(
                TOPIC,
                "sns.deliver.email",
                "a mail an hour of alarm",
                lambda m: m.guess.alarming_hours,
            )
        )
    return found
