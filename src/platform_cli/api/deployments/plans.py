"""Deploy plans: the changes that a deploy would make, computed before anything happens.

A plan is a value. A command or a program looks at it, asks a person if need be, and passes it to
`rollouts.deploy`, which carries out exactly this plan.
"""

import secrets
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

from platform_cli.api.clients import conflicts
from platform_cli.api.clients.blueprints import provider_bindings
from platform_cli.api.deployments import refusals
from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.deployments.site_detection import detect_buildable_site
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location, load_config, open_workspace
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import AWS, Blueprint, Content, Names, Webhooks
from platform_cli.blueprint.webhook_outputs import read_outputs, read_template_outputs
from platform_cli.config.model import ClientServiceConfig
from platform_cli.deploy import cdk
from platform_cli.deploy.assembly import Assembly, assembly_folder, synthesize
from platform_cli.deploy.diff import ResourceChange, compare_templates
from platform_cli.deploy.lock import hold_lock
from platform_cli.deploy.synthesis_reuse import (
    DeployedStack,
    find_reusable,
    hash_inputs,
    hash_tool,
)
from platform_cli.engines import STARTER, DetectedSite
from platform_cli.errors import UsageError
from platform_cli.local.addresses import installed_version
from platform_cli.operations import content_sync
from platform_cli.site_source import working_copy
from platform_cli.site_source.client_site import site_engine
from platform_cli.site_source.working_copy import StarterReplacement
from platform_cli.targets import stack as stacks
from platform_cli.targets import tool_version
from platform_cli.targets.deployments import Deployments, not_deployed
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import Target
from platform_cli.workspace import Workspace, shipped_folder
from platform_core import contract
from platform_core.webhooks.addresses import AddressTokens, FormerAddress

TOKEN_BYTES = 16
"""Random bytes of a webhook address: nobody guesses 128 bits."""


@dataclass(frozen=True)
class DeployPlan:
    """A synthesized stack for one target, and its differences from the deployed one."""

    workspace: Workspace
    config: ClientServiceConfig
    blueprint: Blueprint
    deployments: Deployments
    target: Target
    assembly: Assembly
    changes: tuple[ResourceChange, ...]
    deployed_template: Mapping[str, Any] | None
    """The template that the target has now; None if there is no stack yet."""
    former_content: Mapping[str, int] = field(default_factory=dict)
    """Providers that the client no longer has, with the number of their items. The deploy removes
    them from the site."""
    starter_replacement: StarterReplacement | None = None
    """The starter in the site's folder that the deploy replaces; None if it replaces nothing."""
    detected: DetectedSite = STARTER
    """Facts from the files of the site, which its build depends on."""

    @property
    def names(self) -> Names:
        return self.blueprint.names

    @property
    def stack(self) -> str:
        """Name of the stack."""
        return self.assembly.stack

    @property
    def is_new(self) -> bool:
        """Whether the deploy creates the stack."""
        return self.deployed_template is None

    @property
    def address_tokens(self) -> AddressTokens:
        """The tokens of the client's webhook addresses."""
        webhooks = self.blueprint.find(Webhooks)
        return webhooks.address_tokens if webhooks else AddressTokens()

    @property
    def ending_address(self) -> FormerAddress | None:
        """A former webhook address that is valid now, and that this deploy ends."""
        outputs = (self.deployed_template or {}).get("Outputs", {})
        former = read_template_outputs(outputs).without_ended(time.time()).former
        return former if former != self.address_tokens.former else None

    @property
    def data_losses(self) -> tuple[ResourceChange, ...]:
        """The changes that delete data."""
        return tuple(change for change in self.changes if change.loses_data)

    @property
    def needs_confirmation(self) -> bool:
        """Whether the deploy costs money or deletes something, so that a person should agree."""
        costs = bool(self.changes) and not self.target.is_local
        return bool(costs or self.data_losses or self.former_content or self.starter_replacement)


def plan(
    client: str,
    *,
    rotate_webhooks: bool = False,
    progress: Progress = NO_PROGRESS,
    **location: Unpack[Location],
) -> DeployPlan:
    """Synthesize a client's stack and compare it with the deployed one. Changes nothing.

    With `local=True` the target is the embedded cloud, which is started if need be; otherwise it
    is the AWS account of the current profile. `rotate_webhooks` plans new webhook addresses; the
    current ones stay valid for a week. Raises `PlatformError`.
    """
    local, workspace = location.get("local", False), open_workspace(location.get("workspace"))
    config = load_config(client, location.get("environment"), workspace=workspace)
    detected = detect_buildable_site(workspace, config, progress)
    blueprint = compose(config, detected=detected)
    replacement = _find_starter_replacement(workspace, config, detected)
    if not local:
        refusals.reject_example_settings(workspace, client)
    deployments = open_deployments(workspace)
    target = _open_target(deployments, blueprint, local=local, progress=progress)
    if stack := _find_own_stack(target, blueprint.names):
        warn_about_newer_tool(target, stack, client, progress)
        blueprint = _with_deployed_facts(blueprint, stack, progress)
    if rotate_webhooks:
        blueprint = _with_new_addresses(blueprint, target, stack)
    _require_own_names(workspace, client, target, stack, progress)
    # The synthesis overwrites the folder that a running deploy of this client reads from.
    with lock_client(deployments, blueprint.names):
        template = stacks.read_template(target, blueprint.names.deployment_name)
        deployed = DeployedStack.find(stack, template)
        text = workspace.client_file(client).read_bytes()
        assembly = _reuse_or_synthesize(text, blueprint, target, deployments, deployed, progress)
        refusals.reject_changed_types(target, blueprint.names, template, assembly.template)
        changes = _compare_with_deployed(target, assembly, template)
    return DeployPlan(
        workspace, config, blueprint, deployments, target, assembly, changes, template,
        _count_former_content(deployments, target, stack, blueprint), replacement, detected,
    )  # fmt: skip


def compare_with_aws(
    plan: DeployPlan, *, progress: Progress = NO_PROGRESS
) -> tuple[ResourceChange, ...]:
    """Compare the planned template with the one that AWS would get."""
    with progress.step("Synthesizing the stack for AWS"):
        aws_target = replace(plan.target, name="parity", offers=AWS)
        on_aws = _synthesize(plan.blueprint, aws_target, plan.deployments)
    return tuple(compare_templates(on_aws.template, plan.assembly.template))


def lock_client(deployments: Deployments, names: Names) -> AbstractContextManager[None]:
    """Return a context that keeps other commands from changing this deployment."""
    return hold_lock(deployments.state / "locks", f"{names.client_id}-{names.environment}")


def _open_target(
    deployments: Deployments, blueprint: Blueprint, *, local: bool, progress: Progress
) -> Target:
    """Open the target of the deploy. Raises if its region cannot serve the certificate."""
    with progress.step("Starting the embedded cloud" if local else "Checking the AWS account"):
        target = deployments.open_target_for_deploy(blueprint.names, local=local)
    refusals.require_certificate_region(target, blueprint)
    return target


def _find_starter_replacement(
    workspace: Workspace, config: ClientServiceConfig, detected: DetectedSite
) -> StarterReplacement | None:
    """Return the starter that the deploy replaces. Raises for a site of another engine."""
    if config.site.repository is not None:
        return None
    engine = site_engine(config, detected)
    folder = workspace.site_source(config.client_id)
    return working_copy.find_replacement(folder, engine, shipped_folder("templates"))


def _count_former_content(
    deployments: Deployments, target: Target, stack: Stack | None, blueprint: Blueprint
) -> dict[str, int]:
    """Count the items of providers that are deployed and no longer in the client's file."""
    if stack is None or blueprint.find(Content) is None:
        return {}
    deployed = deployments.describe_deployment(blueprint.names, target, stack)
    if not content_sync.stores_content(deployed):
        return {}
    providers = [binding.provider for binding in provider_bindings(blueprint)]
    return content_sync.count_former_content(deployed, providers)


def _require_own_names(
    workspace: Workspace, client: str, target: Target, stack: Stack | None, progress: Progress
) -> None:
    """Raise if the client shares a name or a domain with another one. Warns of lesser conflicts."""
    warnings = conflicts.require_own_names(
        workspace, client, is_deployed=stack is not None, is_local=target.is_local
    )
    for warning in warnings:
        progress.warn(f"{warning.message}; {warning.hint}")


def _find_own_stack(target: Target, names: Names) -> Stack | None:
    """Return the client's stack, or None. Raises if a stack of this name belongs to another one."""
    stack = stacks.find_stack(target, names)
    if stack is None:
        # Not even the remains of a failed creation are deleted if they belong to another client.
        stacks.reject_foreign_stack(target, names)
    return stack


def _with_deployed_facts(blueprint: Blueprint, stack: Stack, progress: Progress) -> Blueprint:
    """Keep the name and the webhook addresses of the deployed stack.

    The name contains the providers, so other providers would give the stack another name. But
    CloudFormation cannot rename a stack, and a second one would fight the first over its resources.
    """
    tokens = read_outputs(stack.outputs).without_ended(time.time())
    blueprint = blueprint.with_address_tokens(tokens)
    if stack.name == blueprint.names.deployment_name:
        return blueprint
    progress.warn(f"the stack keeps its name {stack.name}: CloudFormation cannot rename a stack")
    return replace(blueprint, names=replace(blueprint.names, deployment_name=stack.name))


def warn_about_newer_tool(target: Target, stack: Stack, client: str, progress: Progress) -> None:
    """Warn before an older tool takes back what a newer one has deployed."""
    bucket, own = stack.outputs.get(contract.OUT_DATA_BUCKET), installed_version()
    deployed = tool_version.read_deployed_version(target, bucket) if bucket else None
    if deployed and tool_version.is_newer(deployed, own):
        progress.warn(
            f"{client} was deployed by platform {deployed}, and this is {own}: a deploy can take "
            f"back parts of it; upgrade first: {tool_version.UPGRADE_HINT}"
        )


def _with_new_addresses(blueprint: Blueprint, target: Target, stack: Stack | None) -> Blueprint:
    """Give the webhooks a new token. Raises `UsageError` without a stack or webhooks."""
    if stack is None:
        raise not_deployed(blueprint.names, f"on {target.name}")
    webhooks = blueprint.find(Webhooks)
    if webhooks is None:
        raise UsageError(f"{blueprint.names.client_id} has no provider, so it has no webhooks")
    tokens = webhooks.address_tokens.rotate(secrets.token_hex(TOKEN_BYTES), time.time())
    return blueprint.with_address_tokens(tokens)


def _reuse_or_synthesize(
    client_file: bytes,
    blueprint: Blueprint,
    target: Target,
    deployments: Deployments,
    deployed: DeployedStack | None,
    progress: Progress,
) -> Assembly:
    """Return the assembly of the last deploy if a synthesis would make it again, else a new one."""
    wanted = blueprint.for_target(target.offers, target.account)
    inputs = hash_inputs(client_file, wanted, hash_tool())
    folder = assembly_folder(wanted, state=deployments.state, target=target.name)
    if deployed and (reusable := find_reusable(folder, inputs, deployed)):
        return reusable
    with progress.step("Synthesizing the stack"):
        return replace(_synthesize(blueprint, target, deployments), inputs=inputs)


def _synthesize(blueprint: Blueprint, target: Target, deployments: Deployments) -> Assembly:
    return synthesize(
        blueprint.for_target(target.offers, target.account),
        state=deployments.state,
        target=target.name,
        validate=target.endpoint_url is None,
    )


def _compare_with_deployed(
    target: Target, assembly: Assembly, deployed_template: Mapping[str, Any] | None
) -> tuple[ResourceChange, ...]:
    changes = compare_templates(deployed_template, assembly.template)
    if deployed_template is not None and changes:
        # Only CloudFormation knows which changes replace a resource. Asking it takes seconds, so
        # it is asked only if there is a change at all.
        replacements = cdk.find_replacements(target, assembly.folder, assembly.stack)
        changes = compare_templates(deployed_template, assembly.template, replacements)
    return tuple(changes)
