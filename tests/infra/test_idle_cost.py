"""What a client costs that nobody edits and nobody visits, computed from its template.

List prices of us-east-1 without any free allowance: those are per account, and a fleet shares
them. Every resource type has a price here or stands on the list of what idles for nothing.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.infra.clients import Synthesized

MONTH_MINUTES = 30 * 24 * 60

ALARM = Decimal("0.10")
DASHBOARD = Decimal("3")
SECRET = Decimal("0.40")
QUEUE_POLLING = Decimal("0.25")
SCHEDULED_CALL = Decimal("1.00") / 1_000_000
FUNCTION_CALL = Decimal("0.20") / 1_000_000
GIGABYTE_SECOND = Decimal("0.0000133334")
SWEEP_SECONDS = Decimal("0.2")
"""A sweep that finds nothing to do: one read of a row and one query of an empty index."""

IDLES_FOR_NOTHING = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::KeyValueStore",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CodeBuild::Project",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Route53::RecordSet",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::StepFunctions::StateMachine",
}


def monthly(resource: dict[str, Any]) -> Decimal:
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::CloudWatch::Alarm":
            return ALARM
        case "AWS::CloudWatch::Dashboard":
            return DASHBOARD
        case "AWS::SecretsManager::Secret":
            return SECRET
        case "AWS::Lambda::EventSourceMapping":
            from_queue = ":sqs:" in str(properties["EventSourceArn"])
            return QUEUE_POLLING if from_queue else Decimal(0)
        case "AWS::Scheduler::Schedule":
            assert properties["ScheduleExpression"] == "rate(5 minutes)"
            call = SCHEDULED_CALL + FUNCTION_CALL + SWEEP_SECONDS / 2 * GIGABYTE_SECOND
            return call * MONTH_MINUTES / 5
        case free if free in IDLES_FOR_NOTHING:
            return Decimal(0)
    raise AssertionError(f"what does an idle {resource['Type']} cost?")


@pytest.mark.parametrize(
    ("name", "at_most"), [("direct", "0.60"), ("shop", "0.60"), ("composed", "3.60")]
)
def test_an_idle_client_costs_cents(
    name: str, at_most: str, stacks: Callable[[str], Synthesized]
) -> None:
    """`composed` has a dashboard, which alone is $3: from tier2 up, or on request."""
    resources = stacks(name).template["Resources"].values()
    total = sum((monthly(each) for each in resources), Decimal(0))
    assert Decimal(0) < total <= Decimal(at_most)
