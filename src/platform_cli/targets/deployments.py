"""Records of the last deployment of each client, and access to its stack.

The record names the cloud. The state of the stack is always read from that cloud.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from platform_cli.blueprint.model import Names
from platform_cli.blueprint.webhook_outputs import read_outputs
from platform_cli.errors import PlatformError, UsageError
from platform_cli.local.addresses import AddressRegistration, SiteAddresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.files import replace_file
from platform_cli.targets import stack as stacks
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import (
    CLOUD,
    LOCAL,
    NoCredentials,
    ServiceUnavailable,
    Target,
    aws_target,
    local_target,
)
from platform_cli.workspace import content_report_file, deployment_record
from platform_core import contract
from platform_core.webhooks.addresses import OPEN_FORM, AddressTokens, address_path


def command_arguments(client_id: str, environment: str, *, is_local: bool = False) -> str:
    """Return the arguments that select one deployment, for a command in a message.

    The environment is always named: the default is that of the client's file.

    >>> command_arguments("acme", "staging"), command_arguments("acme", "prod", is_local=True)
    ('acme --env staging', 'acme --env prod --local')
    """
    return f"{client_id} --env {environment}{' --local' if is_local else ''}"


class ClientNotDeployed(UsageError):
    """The client has no stack on the target."""


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """A record of the last deploy. It holds no secret."""

    target: str
    region: str
    account: str
    stack: str


@dataclass(frozen=True)
class Deployments:
    """The state folder of a workspace: its embedded cloud and its deployment records."""

    state: Path

    @cached_property
    def cloud(self) -> EmbeddedCloud:
        return EmbeddedCloud(self.state / "local")

    def open_target(self, client_id: str, *, local: bool, region: str | None = None) -> Target:
        """Return the embedded cloud, started if necessary, or the account of the AWS profile."""
        if local:
            return local_target(self.cloud.ensure_running(), client_id)
        return aws_target(region)

    def get_record(self, names: Names) -> DeploymentRecord | None:
        file = self._file(names)
        return DeploymentRecord(**json.loads(file.read_text())) if file.exists() else None

    def save_record(self, names: Names, target: Target) -> None:
        record = DeploymentRecord(target.name, target.region, target.account, names.deployment_name)
        file = self._file(names)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, json.dumps(asdict(record), indent=2).encode())

    def delete_record(self, names: Names) -> None:
        self._file(names).unlink(missing_ok=True)
        report = content_report_file(self.state, names.client_id, names.environment)
        report.unlink(missing_ok=True)

    def delete_local_records(self) -> None:
        """Delete the records of the embedded cloud, after it was emptied."""
        for file in (self.state / "deployments").glob("*.json"):
            if json.loads(file.read_text())["target"] == LOCAL:
                file.unlink()

    def open_target_for_deploy(self, names: Names, *, local: bool) -> Target:
        """Return the target of the next deploy.

        A client on AWS stays in its region and account: bucket and role names do not contain the
        region, so a second stack would conflict.
        """
        record = self.get_record(names)
        current = record if record and record.target == CLOUD and not local else None
        target = self.open_target(
            names.client_id, local=local, region=current.region if current else None
        )
        if current:
            _require_account(names, current, target)
        return target

    def open_deployed_target(self, names: Names, *, local: bool = False) -> Target:
        """Return the target of the last deploy, else AWS. `local` selects this machine."""
        record = self.get_record(names)
        on_this_machine = local or (record is not None and record.target == LOCAL)
        region = record.region if record and record.target == CLOUD else None
        try:
            target = self.open_target(names.client_id, local=on_this_machine, region=region)
        except (NoCredentials, ServiceUnavailable) as error:
            if record is None:
                raise not_deployed(names, "on this machine, and AWS is not reachable") from error
            raise
        if record and record.target == target.name:
            _require_account(names, record, target)
        return target

    def open_deployment(self, names: Names, *, local: bool = False) -> "Deployment":
        """Return the client's stack on the target of its last deploy, or on this machine."""
        target = self.open_deployed_target(names, local=local)
        deployment = self.find_deployment(names, target)
        if deployment is None:
            raise not_deployed(names, f"on {target.name}")
        return deployment

    def find_deployment(self, names: Names, target: Target) -> "Deployment | None":
        """Return the client's stack on this target, or None."""
        stack = stacks.find_stack(target, names)
        return None if stack is None else self.describe_deployment(names, target, stack)

    def describe_deployment(self, names: Names, target: Target, stack: Stack) -> "Deployment":
        """Return the deployment that this stack is. A local one is registered with the cloud."""
        names = replace(names, deployment_name=stack.name)
        return Deployment(
            names, target, stack, self._register_and_get_addresses(names, target, stack)
        )

    def _register_and_get_addresses(
        self, names: Names, target: Target, stack: Stack
    ) -> SiteAddresses:
        if not target.is_local:
            return aws_addresses(stack)
        addresses = self.register_addresses(names, stack.outputs)
        api = addresses.content_api_url if contract.OUT_CONTENT_API in stack.outputs else ""
        return replace(addresses, content_api_url=api)

    def register_addresses(self, names: Names, outputs: Mapping[str, str]) -> SiteAddresses:
        """Register the client with the embedded cloud. Without outputs, reserve its addresses."""
        return self.cloud.register(
            AddressRegistration(
                names.client_id,
                names.environment,
                site_bucket=outputs.get(contract.OUT_SITE_BUCKET, ""),
                pointer_store_arn=outputs.get(contract.OUT_POINTER_STORE, ""),
                api_id=outputs.get(contract.OUT_API_ID, ""),
                routing=outputs.get(contract.OUT_ROUTING, ""),
                aliases=read_aliases(outputs),
                forms_api_id=outputs.get(contract.OUT_FORMS_API_ID, ""),
                login_api_id=outputs.get(contract.OUT_LOGIN_API_ID, ""),
            )
        )

    def _file(self, names: Names) -> Path:
        return deployment_record(self.state, names.client_id, names.environment)


def _require_account(names: Names, record: DeploymentRecord, target: Target) -> None:
    if record.account != target.account:
        raise PlatformError(
            f"{names.client_id} was deployed to account {record.account}, "
            f"and this machine is signed in to {target.account}",
            hint="set AWS_PROFILE to a profile of that account",
        )


def aws_addresses(stack: Stack) -> SiteAddresses:
    """Return the addresses. Those of missing parts are empty."""
    return SiteAddresses(
        stack.output(contract.OUT_SITE_URL),
        stack.outputs.get(contract.OUT_WEBHOOKS, ""),
        stack.outputs.get(contract.OUT_CONTENT_API, ""),
    )


def read_aliases(outputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the domains of a stack that redirect to its main domain."""
    return tuple(filter(None, outputs.get(contract.OUT_ALIASES, "").split(",")))


def not_deployed(names: Names, where: str) -> ClientNotDeployed:
    """Return the error for a client without a stack on the target."""
    return ClientNotDeployed(
        f"{names.client_id} ({names.environment}) is not deployed {where}",
        hint=f"platform deploy {names.client_id} --local, or without --local for AWS",
    )


@dataclass(frozen=True, slots=True)
class Deployment:
    """A client's stack on its target."""

    names: Names
    target: Target
    stack: Stack
    addresses: SiteAddresses

    @property
    def address_tokens(self) -> AddressTokens:
        """The tokens of the client's webhook addresses."""
        return read_outputs(self.stack.outputs)

    def webhook_address(self, provider: str) -> str:
        """Return the address to which the provider posts."""
        path = address_path(provider, self.address_tokens.current)
        return self.addresses.webhook_base_url + path

    @property
    def webhook_pattern(self) -> str:
        """The address in use, with `{provider}` in it. Empty for a client without webhooks."""
        return self.webhook_address("{provider}") if self.addresses.webhook_base_url else ""

    def open_webhook_address(self, provider: str) -> str:
        """Return the address without a token, with which all addresses of the provider start."""
        return self.addresses.webhook_base_url + address_path(provider, OPEN_FORM)

    def client(self, service: str) -> Any:
        return self.target.client(service)

    def output(self, key: str) -> str:
        return self.stack.output(key)
