"""A meter, and the quantities that the meters of several parts share."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from platform_cli.blueprint.stores import Bucket, KeyValueStore, Table
from platform_cli.cost.monthly_usage import Month

FUNCTION_GB: Final = Decimal("0.5")
"""Memory of each function, in GB."""
HOURS: Final = Decimal(730)
"""Hours of a month in AWS's own calculations."""
DAYS: Final = HOURS / 24
SWEEPS: Final = HOURS * 60 / 5
"""Calls of one sweep in a month: every five minutes."""

API = "AWS::ApiGatewayV2::Api"
BUCKET = Bucket.resource_type
DISTRIBUTION = "AWS::CloudFront::Distribution"
EDGE = "AWS::CloudFront::Function"
FUNCTION = "AWS::Lambda::Function"
LOG = "AWS::Logs::LogGroup"
POINTER = KeyValueStore.resource_type
PROJECT = "AWS::CodeBuild::Project"
SCHEDULE = "AWS::Scheduler::Schedule"
TABLE = Table.resource_type
TIMER = "AWS::StepFunctions::StateMachine"
TOPIC = "AWS::SNS::Topic"


@dataclass(frozen=True, slots=True)
class Meter:
    """A quantity that AWS charges for."""

    resource: str
    """CloudFormation type of the resource that is charged."""
    price: str
    """Key of the price in the price book."""
    formula: str
    """The formula of the amount, in words."""
    amount: Callable[[Month], Decimal]
