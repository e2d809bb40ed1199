"""The addresses of webhooks on the screen: those in use, and those that a rotation ends."""

import io
import time
from pathlib import Path

import pytest

from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.operations.webhooks import WebhookReport
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.webhook_outputs import to_outputs
from platform_cli.config.load import load_client
from platform_cli.deploy.assembly import Assembly
from platform_cli.errors import UsageError
from platform_cli.operations.webhook_registration import Registration, RegistrationState
from platform_cli.prompts.confirmations import confirm_rotation
from platform_cli.screen import Flags, Screen
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.target import Target
from platform_cli.views.vendors import show_webhooks, webhooks_data
from platform_cli.workspace import Workspace
from platform_core.webhooks.addresses import AddressTokens, FormerAddress

ADDRESS = "https://hooks.acme.example/webhooks/sanity"
ENTRY = Registration("sanity", ADDRESS, RegistrationState.REGISTERED)
FORMER = FormerAddress("", 1796000000)
BY_HAND = Registration("tina", ADDRESS, RegistrationState.MANUAL)
RECOMMENDED = "platform webhooks rotate acme --env staging"
UNTIL = "2026-11-30T00:53:20.000Z"


def report(tokens: AddressTokens, *entries: Registration, is_local: bool = False) -> WebhookReport:
    return WebhookReport("acme", "staging", is_local, entries, tokens)


def shown(tokens: AddressTokens, *entries: Registration, is_local: bool = False) -> str:
    out = io.StringIO()
    show_webhooks(Screen(Flags(), out, out), report(tokens, *entries, is_local=is_local))
    return out.getvalue()


def test_the_open_form_comes_with_the_recommendation_to_rotate() -> None:
    assert RECOMMENDED in shown(AddressTokens(), ENTRY)
    assert RECOMMENDED not in shown(AddressTokens(), ENTRY, is_local=True)


@pytest.mark.parametrize("tokens", [AddressTokens("0a"), AddressTokens("0a", FORMER)])
def test_an_address_with_a_token_needs_no_recommendation(tokens: AddressTokens) -> None:
    assert RECOMMENDED not in shown(tokens, ENTRY)


def test_a_client_without_providers_gets_none_either() -> None:
    assert RECOMMENDED not in shown(AddressTokens())


def test_the_end_of_the_former_address_is_shown() -> None:
    tokens = AddressTokens("0a", FORMER)
    assert UNTIL in shown(tokens, ENTRY)
    assert webhooks_data(report(tokens, ENTRY))["former_until"] == UNTIL


def test_a_webhook_by_hand_is_open_while_a_former_address_is_valid() -> None:
    """Nobody can check whether a person has moved it, so `verify` does not pass it."""
    tokens = AddressTokens("0a", FORMER)
    rotated = report(tokens, ENTRY, BY_HAND)
    assert (rotated.is_well, rotated.is_complete) == (False, False)
    text = shown(tokens, ENTRY, BY_HAND)
    assert "move the webhooks of tina by hand" in text
    assert "platform webhooks register acme --env staging" in text
    assert report(AddressTokens("0a"), ENTRY, BY_HAND).is_complete
    assert report(tokens, ENTRY).is_complete


def plan_rotation(workspace: Path, deployed: AddressTokens) -> DeployPlan:
    """A rotation of a client whose deployed template records these addresses."""
    config = load_client(workspace / "clients" / "acme.yaml")
    blueprint = compose(config)
    outputs = {key: {"Value": value} for key, value in to_outputs(deployed).items()}
    return DeployPlan(
        workspace=Workspace(workspace),
        config=config,
        blueprint=blueprint.with_address_tokens(deployed.rotate("0c", time.time())),
        deployments=Deployments(workspace / ".platform"),
        target=Target("local", "us-east-1", "000000000000"),
        assembly=Assembly(workspace, blueprint.names.deployment_name, {}),
        changes=(),
        deployed_template={"Outputs": outputs},
    )


def test_a_second_rotation_within_the_week_asks_before_it_ends_an_address(workspace: Path) -> None:
    screen = Screen(Flags(no_input=True), io.StringIO(), io.StringIO())
    former = FormerAddress("0a", int(time.time()) + 60)
    second = plan_rotation(workspace, AddressTokens("0b", former))
    assert second.ending_address == former
    with pytest.raises(UsageError, match="An older address is still valid until"):
        confirm_rotation(screen, second)
    confirm_rotation(Screen(Flags(yes=True), io.StringIO(), io.StringIO()), second)


@pytest.mark.parametrize(
    "deployed", [AddressTokens(), AddressTokens("0b"), AddressTokens("0b", FormerAddress("0a", 1))]
)
def test_a_rotation_that_ends_no_valid_address_asks_nothing(
    deployed: AddressTokens, workspace: Path
) -> None:
    plan = plan_rotation(workspace, deployed)
    assert plan.ending_address is None
    confirm_rotation(Screen(Flags(no_input=True), io.StringIO(), io.StringIO()), plan)
