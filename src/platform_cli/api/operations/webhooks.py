"""Inspect and register the webhooks at a client's vendors, and change their address."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.deployments import plans
from platform_cli.api.deployments.lookup import find_deployed, open_deployments, open_secrets
from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location, load_config
from platform_cli.operations import vendor_client, webhook_registration
from platform_cli.operations.webhook_registration import Registration, RegistrationState
from platform_core.provider import Context
from platform_core.webhooks.addresses import AddressTokens

Inspection = Callable[[str, str, Context], Registration]


@dataclass(frozen=True, slots=True)
class WebhookReport:
    """The webhooks of a client at each of its vendors."""

    client_id: str
    environment: str
    is_local: bool
    registrations: tuple[Registration, ...]
    address_tokens: AddressTokens
    """Of the current and the former addresses."""

    @property
    def to_move_by_hand(self) -> tuple[str, ...]:
        """The providers whose webhook may deliver to the former address, which nobody can check."""
        return tuple(
            entry.provider
            for entry in self.registrations
            if self.address_tokens.former and entry.state is RegistrationState.MANUAL
        )

    @property
    def is_well(self) -> bool:
        """Whether no webhook is known to be missing or broken, and none is to be moved by hand."""
        return not self.to_move_by_hand and all(entry.is_healthy for entry in self.registrations)

    @property
    def is_complete(self) -> bool:
        """Whether every vendor answered as well."""
        return self.is_well and all(
            entry.state is not RegistrationState.UNKNOWN for entry in self.registrations
        )


def inspect_webhooks(
    client: str, *, progress: Progress = NO_PROGRESS, **location: Unpack[Location]
) -> WebhookReport:
    """Compare each vendor's webhooks with the client's addresses. Changes nothing."""
    return _run_for_each_vendor(client, webhook_registration.check_registration, progress, location)


def register_webhooks(
    client: str, *, progress: Progress = NO_PROGRESS, **location: Unpack[Location]
) -> WebhookReport:
    """Create missing webhooks at the vendors and repair broken ones. Idempotent.

    For a vendor without an API or a token, the report contains the steps for a person.
    """
    return _run_for_each_vendor(client, webhook_registration.register_webhooks, progress, location)


def plan_rotation(
    client: str, *, progress: Progress = NO_PROGRESS, **location: Unpack[Location]
) -> DeployPlan:
    """Plan the deploy that gives a deployed client's webhooks a new address.

    The current addresses stay valid for a week. An older one that is still valid ends with the
    deploy.
    Raises `UsageError` for a client that is not deployed, or has no webhooks.
    """
    workspace, local = location.get("workspace"), location.get("local", False)
    names = load_blueprint(client, location.get("environment"), workspace=workspace).names
    target = open_deployments(workspace).open_deployed_target(names, local=local)
    where: Location = {**location, "local": target.is_local}
    return plans.plan(client, rotate_webhooks=True, progress=progress, **where)


def _run_for_each_vendor(
    client: str, inspect: Inspection, progress: Progress, location: Location
) -> WebhookReport:
    environment, workspace = location.get("environment"), location.get("workspace")
    blueprint = load_blueprint(client, environment, workspace=workspace)
    deployed = find_deployed(client, **location)
    config = load_config(client, environment, workspace=workspace)
    secrets = open_secrets(config, deployed.target)
    registrations = []
    for binding in provider_bindings(blueprint):
        address = deployed.webhook_address(binding.provider)
        with progress.step(f"Checking the webhooks of {binding.provider}"):
            context = vendor_client.make_context(
                binding,
                deployed.target,
                secrets,
                open_address=deployed.open_webhook_address(binding.provider),
            )
            registrations.append(inspect(binding.provider, address, context))
    return WebhookReport(
        client,
        deployed.names.environment,
        deployed.target.is_local,
        tuple(registrations),
        deployed.address_tokens.without_ended(time.time()),
    )
