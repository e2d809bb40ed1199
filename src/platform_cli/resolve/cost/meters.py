"""What each part of a blueprint uses in a month, as formulas over the month.

A resource type of the template that has no meter here and no place in `FREE` fails a test: nothing
is laid that is not priced.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from platform_cli.resolve import blueprint as b
from platform_cli.resolve.blueprint import Blueprint
from platform_cli.resolve.cost.month import KILOBYTES_PER_GB, Month
from platform_core.pipeline.prune import KEPT

FUNCTION_GB: Final = Decimal("0.5")
"""Memory of each function, in GB."""
SWEEPS: Final = Decimal(730 * 60 // 5)
"""Of one sweeper, every five minutes of a month of 730 hours."""
ALARM_HOURS: Final = Decimal(730)
EVENT_DRIVEN: Final = "event_driven"

API = "AWS::ApiGatewayV2::Api"
BUCKET = "AWS::S3::Bucket"
DISTRIBUTION = "AWS::CloudFront::Distribution"
EDGE = "AWS::CloudFront::Function"
FUNCTION = "AWS::Lambda::Function"
LOG = "AWS::Logs::LogGroup"
POINTER = "AWS::CloudFront::KeyValueStore"
PROJECT = "AWS::CodeBuild::Project"
SCHEDULE = "AWS::Scheduler::Schedule"
TABLE = "AWS::DynamoDB::Table"
TIMER = "AWS::StepFunctions::StateMachine"
TOPIC = "AWS::SNS::Topic"


@dataclass(frozen=True, slots=True)
class Meter:
    """One thing that is charged for."""

    resource: str
    """The CloudFormation type of what uses it."""
    price: str
    """Its key in the price book."""
    formula: str
    """How the amount comes about, in words."""
    amount: Callable[[Month], Decimal]


def meters(blueprint: Blueprint) -> Iterator[tuple[str, Meter]]:
    """Every meter of every part, with the part's name."""
    for part in blueprint.parts:
        for meter in _meters(part, blueprint):
            yield type(part).__name__.lower(), meter


def _meters(part: b.Part, blueprint: Blueprint) -> Sequence[Meter]:
    match part:
        case b.Site():
            return (*SITE, ZONE) if part.hosted_zone_id else SITE
        case b.Builds():
            return BUILDS
        case b.Webhooks():
            applied_by_builder = blueprint.integration_mode != EVENT_DRIVEN
            return (*WEBHOOKS, *_secrets(part), *(APPLY if applied_by_builder else ()))
        case b.Content():
            return (*CONTENT, *APPLY)
        case b.Alarms():
            return _alarms(part, blueprint)
        case _:
            assert_never(part)


# --- the parts ----------------------------------------------------------------------------------

SITE: Final = (
    Meter(
        DISTRIBUTION,
        "cloudfront.egress.us.gb",
        "page views x megabytes a view",
        lambda m: m.usage.page_views * m.guess.megabytes_per_view / 1024,
    ),
    Meter(
        DISTRIBUTION,
        "cloudfront.https.req",
        "page views x requests a view",
        lambda m: m.requests,
    ),
    Meter(
        EDGE,
        "cloudfront.function",
        "page views x requests a view",
        lambda m: m.requests,
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.read",
        "page views x requests that are no shared asset",
        lambda m: m.usage.page_views * m.guess.pages_per_view,
    ),
    Meter(
        BUCKET,
        "s3.get",
        "requests that the edge cannot answer",
        lambda m: m.requests * m.guess.cache_misses,
    ),
    Meter(
        BUCKET,
        "s3.storage.gb",
        "kept releases, and deleted ones for 30 days, x size of a release",
        lambda m: (min(m.builds, Decimal(KEPT)) + m.builds) * m.release_gb,
    ),
)
ZONE: Final = Meter(
    "AWS::Route53::RecordSet",
    "route53.zone",
    "the zone that holds the records",
    lambda _: Decimal(1),
)

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
        lambda m: FUNCTION_GB
        * (
            m.builds * m.guess.calls_per_build * m.guess.seconds_to_decide
            + SWEEPS * m.guess.seconds_to_sweep
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
        "cloudwatch.logs.gb",
        "builds x their log, and a few lines a call",
        lambda m: (
            m.builds * m.guess.log_kilobytes_per_build
            + (m.builds * m.guess.calls_per_build + SWEEPS) * m.guess.log_kilobytes_per_call
        )
        / KILOBYTES_PER_GB,
    ),
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
    Meter(TABLE, "dynamodb.pitr.gb", "as much as is stored", lambda m: m.table_gb),
    Meter(
        LOG,
        "cloudwatch.logs.gb",
        "deliveries x a few lines",
        lambda m: m.deliveries * m.guess.log_kilobytes_per_call / KILOBYTES_PER_GB,
    ),
)

APPLY: Final = (
    Meter(FUNCTION, "lambda.request", "a call a delivery: none waits for others",
          lambda m: m.deliveries),
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
        lambda m: m.deliveries * m.guess.kilobytes_per_item / 4
        + m.builds * 2 * m.items * m.guess.kilobytes_per_item / 8,
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


def _secrets(part: b.Webhooks) -> Sequence[Meter]:
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


def _alarms(part: b.Alarms, blueprint: Blueprint) -> Sequence[Meter]:
    watched = 4 if any(isinstance(each, b.Webhooks) for each in blueprint.parts) else 2
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
            lambda m: watched * m.guess.alarming_hours / ALARM_HOURS,
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


FREE: Final[Mapping[str, str]] = {
    "AWS::ApiGatewayV2::Integration": "part of its API",
    "AWS::ApiGatewayV2::Route": "part of its API",
    "AWS::ApiGatewayV2::Stage": "part of its API",
    "AWS::CertificateManager::Certificate": "public certificates cost nothing",
    "AWS::CloudFront::OriginAccessControl": "part of its distribution",
    "AWS::Events::Rule": "events of AWS's own services cost nothing",
    "AWS::IAM::Role": "IAM costs nothing",
    "AWS::Lambda::EventInvokeConfig": "part of its function",
    "AWS::Lambda::EventSourceMapping": "a function's reads of a table's stream cost nothing",
    "AWS::Lambda::Permission": "part of its function",
    "AWS::S3::BucketPolicy": "part of its bucket",
    "AWS::SNS::Subscription": "deliveries to functions cost nothing",
    "AWS::SNS::TopicPolicy": "part of its topic",
    "AWS::SQS::Queue": "holds dead letters only, and nothing polls it",
    "AWS::SQS::QueuePolicy": "part of its queue",
    "AWS::Scheduler::ScheduleGroup": "part of its schedules",
}
"""Resource types that nothing is paid for, and why."""
