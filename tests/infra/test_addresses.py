"""The webhook addresses in the template: a route and a limit for each, and the record of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Blueprint, Webhooks
from platform_cli.blueprint.webhook_outputs import (
    read_outputs,
    read_template_outputs,
    to_outputs,
)
from platform_cli.infra.api import DEFAULT_LIMIT, HEALTH_LIMIT, OPEN_ADDRESS_LIMIT
from platform_cli.infra.parts.forms import FORM_LIMIT
from platform_cli.infra.parts.login import LOGIN_LIMIT
from platform_cli.infra.parts.webhooks import list_routes
from platform_core import contract
from platform_core.webhooks.addresses import FORMER_SECONDS, AddressTokens, FormerAddress
from tests.infra.clients import ROTATED, Synthesized, composed

Get = Callable[[str], Synthesized]

OPEN_ROUTES = {"POST /webhooks/{provider}", "POST /webhook/{provider}"}
TOKEN, FORMER = "0a" * 16, "1b" * 16
RECORDS = [
    AddressTokens(),
    AddressTokens(TOKEN),
    AddressTokens(TOKEN, FormerAddress("", 1796000000)),
    AddressTokens(TOKEN, FormerAddress(FORMER, 1796000000)),
]


def routes_of(tokens: AddressTokens) -> set[str]:
    """Return the routes of the webhook addresses of a client with two providers."""
    blueprint: Blueprint = compose(composed()).with_address_tokens(tokens)
    part = blueprint.find(Webhooks)
    assert part
    return set(list_routes(part)) - {"GET /health"}


def public_routes(stack: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, route in stack.of_type("AWS::ApiGatewayV2::Route").items():
        if route["AuthorizationType"] == "NONE":
            yield logical_id, route


def test_a_client_keeps_the_open_form_until_a_rotation() -> None:
    assert routes_of(AddressTokens()) == OPEN_ROUTES


def test_an_address_with_a_token_is_a_literal_route_of_each_provider() -> None:
    assert routes_of(AddressTokens(TOKEN)) == {
        f"POST /webhooks/sanity/{TOKEN}",
        f"POST /webhooks/shopify_basic/{TOKEN}",
    }


def test_both_addresses_have_routes_after_a_rotation() -> None:
    second = routes_of(AddressTokens(FORMER).rotate(TOKEN, 0))
    assert {route.rpartition("/")[2] for route in second} == {TOKEN, FORMER}
    assert routes_of(AddressTokens().rotate(TOKEN, 0)) > OPEN_ROUTES


@pytest.mark.parametrize(("age", "is_open"), [(0, True), (FORMER_SECONDS - 1, True),
                                              (FORMER_SECONDS, False)])  # fmt: skip
def test_the_former_routes_end_with_the_first_deploy_after_a_week(age: int, is_open: bool) -> None:
    tokens = AddressTokens().rotate(TOKEN, 1000).without_ended(1000 + age)
    assert (routes_of(tokens) >= OPEN_ROUTES) is is_open


def test_every_route_that_anybody_may_call_has_a_limit_of_its_own(stack: Synthesized) -> None:
    settings: dict[str, Any] = {}
    for stage in stack.of_type("AWS::ApiGatewayV2::Stage").values():
        settings |= stage["RouteSettings"]
    assert set(settings) == {route["RouteKey"] for _, route in public_routes(stack)}
    for key, limit in settings.items():
        is_open = "{" in key
        expected = OPEN_ADDRESS_LIMIT if is_open else DEFAULT_LIMIT
        expected = HEALTH_LIMIT if "health" in key else expected
        expected = FORM_LIMIT if "forms" in key else expected
        expected = LOGIN_LIMIT if "login" in key else expected
        assert limit == expected.to_settings()


def test_the_stage_waits_for_the_routes_that_it_limits(stack: Synthesized) -> None:
    """API Gateway refuses settings of a route that does not exist yet."""
    resources = stack.template["Resources"].values()
    stages = [each for each in resources if each["Type"] == "AWS::ApiGatewayV2::Stage"]
    awaited = {logical_id for stage in stages for logical_id in stage["DependsOn"]}
    assert {logical_id for logical_id, _ in public_routes(stack)} <= awaited


@pytest.mark.parametrize("tokens", RECORDS, ids=["open", "token", "first rotation", "second"])
def test_the_outputs_of_a_stack_record_its_addresses(tokens: AddressTokens) -> None:
    outputs = to_outputs(tokens)
    assert all(outputs.values()), "CloudFormation takes no empty output"
    assert read_outputs(outputs) == tokens


def test_the_next_deploy_reads_the_addresses_of_the_last_one(stacks: Get) -> None:
    assert read_template_outputs(stacks("shop").template["Outputs"]) == ROTATED
    assert read_template_outputs(stacks("direct").template["Outputs"]) == AddressTokens()


def test_the_router_knows_the_end_of_the_former_address(stacks: Get) -> None:
    [variables] = [
        function["Environment"]["Variables"]
        for function in stacks("shop").of_type("AWS::Lambda::Function").values()
        if function["FunctionName"].endswith("webhook-router")
    ]
    assert variables[contract.FORMER_ADDRESS] == '{"token": "", "until": 1796000000}'


# --- the budget ----------------------------------------------------------------------------------


def test_a_budget_covers_the_stack_and_writes_to_the_client(stacks: Get) -> None:
    stack = stacks("composed")
    budget = stack.one("AWS::Budgets::Budget")
    data = budget["Budget"]
    assert data["BudgetLimit"] == {"Amount": 20, "Unit": "USD"}
    name = stack.blueprint.names.deployment_name
    assert data["CostFilters"] == {"TagKeyValue": [f"aws:cloudformation:stack-name${name}"]}
    receivers = [
        subscriber["Address"]
        for notification in budget["NotificationsWithSubscribers"]
        for subscriber in notification["Subscribers"]
    ]
    assert set(receivers) == {"alerts@plum-orchard.example"}


def test_a_client_without_a_budget_has_none(stacks: Get) -> None:
    assert not stacks("direct").of_type("AWS::Budgets::Budget")
