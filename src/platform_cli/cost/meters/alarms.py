"""Meters of alarms, their metrics and their e-mails."""

from collections.abc import Sequence
from decimal import Decimal

from platform_cli.blueprint.model import Alarms, Blueprint
from platform_cli.blueprint.stores import Queue
from platform_cli.cost.meters.meter import HOURS, TOPIC, Meter


def alarm_meters(part: Alarms, blueprint: Blueprint) -> Sequence[Meter]:
    """Return the meters of the alarms that all parts of the blueprint own."""
    on_lines = len(blueprint.log_alarms)
    on_queues = sum(
        isinstance(store, Queue) and store.alarm is not None for store in blueprint.stores
    )
    meters = [
        Meter(
            "AWS::CloudWatch::Alarm",
            "cloudwatch.alarm",
            "dead letters, and each alarming log line",
            lambda _: Decimal(on_queues + on_lines),
        ),
        Meter(
            "AWS::Logs::MetricFilter",
            "cloudwatch.metric",
            "metrics x part of the month with such a line",
            lambda m: on_lines * m.guess.alarming_hours / HOURS,
        ),
    ]
    if part.dashboard:
        meters.append(
            Meter(
                "AWS::CloudWatch::Dashboard",
                "cloudwatch.dashboard",
                "one",
                lambda _: Decimal(1),
            )
        )
    if part.notify_email:
        meters.append(
            Meter(
                TOPIC,
                "sns.deliver.email",
                "one e-mail per hour of alarm",
                lambda m: m.guess.alarming_hours,
            )
        )
    return meters
