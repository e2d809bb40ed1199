"""Every resource in the template has a price: the synthesized template against the meters."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from platform_cli.config.usage import UsageConfig
from platform_cli.cost.cost_lines import Group
from platform_cli.cost.estimate import estimate_cost, measure_usage
from platform_cli.cost.meters import FREE, list_meters
from platform_cli.cost.meters.meter import FUNCTION_GB
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import load_price_book
from tests.infra.clients import BLUEPRINTS, Synthesized

Stacks = Callable[[str], Synthesized]
IDLE = Usage.from_config(UsageConfig(content_edits=0, page_views=0))
COUNTED = {
    "cloudwatch.alarm": "AWS::CloudWatch::Alarm",
    "cloudwatch.dashboard": "AWS::CloudWatch::Dashboard",
}
"""Prices per resource."""

every_client = pytest.mark.parametrize("name", sorted(BLUEPRINTS))


@every_client
def test_every_resource_type_is_metered_or_free(name: str, stacks: Stacks) -> None:
    laid = {each["Type"] for each in stacks(name).template["Resources"].values()}
    metered = {meter.resource for _, meter in list_meters(BLUEPRINTS[name]())}
    assert laid <= metered | FREE.keys(), "give it a meter, or a reason why it is free"
    assert not metered & FREE.keys()


@every_client
def test_every_meter_has_its_resource(name: str, stacks: Stacks) -> None:
    laid = {each["Type"] for each in stacks(name).template["Resources"].values()}
    assert {meter.resource for _, meter in list_meters(BLUEPRINTS[name]())} <= laid


@every_client
def test_resources_priced_per_unit_are_counted_correctly(name: str, stacks: Stacks) -> None:
    laid = Counter(each["Type"] for each in stacks(name).template["Resources"].values())
    used = measure_usage(BLUEPRINTS[name](), IDLE)
    for price, kind in COUNTED.items():
        counted = sum(use.quantity.expected for use in used.get(price, []))
        assert counted == laid[kind], price


@every_client
def test_schedules_and_functions_match_the_meters(name: str, stacks: Stacks) -> None:
    resources = list(stacks(name).template["Resources"].values())
    functions = [resource for resource in resources if resource["Type"] == "AWS::Lambda::Function"]
    assert {function["Properties"]["MemorySize"] for function in functions} == {FUNCTION_GB * 1024}
    schedules = [
        resource for resource in resources if resource["Type"] == "AWS::Scheduler::Schedule"
    ]
    assert {schedule["Properties"]["ScheduleExpression"] for schedule in schedules} == {
        "rate(5 minutes)"
    }
    calls = sum(
        use.quantity.expected
        for use in measure_usage(BLUEPRINTS[name](), IDLE)["scheduler.invocation"]
    )
    assert calls == len(schedules) * 730 * 12


@every_client
def test_an_idle_client_has_no_metric(name: str) -> None:
    """The exceptions are the metrics of alarms, in an hour with an alarm."""
    counted = measure_usage(BLUEPRINTS[name](), IDLE)["cloudwatch.metric"]
    assert [use.quantity.expected for use in counted].count(Decimal(0)) == len(counted) - 1


@pytest.mark.parametrize(
    ("name", "at_most"), [("direct", "0.65"), ("shop", "1.90"), ("composed", "4.35")]
)
def test_an_idle_client_costs_cents(name: str, at_most: str) -> None:
    """At list price. `composed` has a dashboard ($3), a DNS zone ($0.50) and a form with its alarm
    ($0.13), `shop` three secrets in Secrets Manager ($1.20)."""
    idle = (
        estimate_cost(BLUEPRINTS[name](), IDLE, load_price_book()).group_total(Group.AWS).expected
    )
    assert Decimal(0) < idle <= Decimal(at_most)
