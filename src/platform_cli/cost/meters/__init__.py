"""Monthly usage of each part of a blueprint, as formulas.

A test fails if a resource type of the template has no meter here and no entry in `FREE`, so that
every created resource has a price.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, assert_never

from platform_cli.blueprint import model as b
from platform_cli.cost.meters.alarms import alarm_meters
from platform_cli.cost.meters.builds import BUILDS
from platform_cli.cost.meters.content import CONTENT
from platform_cli.cost.meters.forms import FORMS
from platform_cli.cost.meters.login import LOGIN
from platform_cli.cost.meters.meter import Meter
from platform_cli.cost.meters.previews import PREVIEWS
from platform_cli.cost.meters.site import site_meters
from platform_cli.cost.meters.webhooks import webhook_meters


def list_meters(blueprint: b.Blueprint) -> Iterator[tuple[str, Meter]]:
    """Yield every meter of every part, with the part's name."""
    for part in blueprint.parts:
        for meter in _meters_of(part, blueprint):
            yield type(part).__name__.lower(), meter


def _meters_of(part: b.Part, blueprint: b.Blueprint) -> Sequence[Meter]:
    match part:
        case b.Site():
            return site_meters(part)
        case b.Builds():
            site = blueprint.find(b.Site)
            return (*BUILDS, *PREVIEWS) if site is not None and site.preview_cookie else BUILDS
        case b.Webhooks():
            return webhook_meters(part)
        case b.Content():
            return CONTENT
        case b.Forms():
            return FORMS
        case b.Login():
            return LOGIN
        case b.Alarms():
            return alarm_meters(part, blueprint)
        case _:
            assert_never(part)


FREE: Final[Mapping[str, str]] = {
    "AWS::ApiGatewayV2::Integration": "part of its API",
    "AWS::ApiGatewayV2::Route": "part of its API",
    "AWS::ApiGatewayV2::Stage": "part of its API",
    "AWS::Budgets::Budget": "budgets without actions cost nothing",
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
"""Resource types that cost nothing, each with the reason."""
