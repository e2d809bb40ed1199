"""Carries out a deploy plan. Every step can be repeated.

The order makes an interruption harmless: first the stack, then the inputs of the build, then the
build. The pointer to the live release moves last, and only the cloud moves it.
"""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import provider_bindings
from platform_cli.api.clients.content_reports import note_report
from platform_cli.api.deployments.lookup import open_secrets
from platform_cli.api.deployments.plans import DeployPlan, lock_client
from platform_cli.api.progress import NO_PROGRESS, Progress, StepProgress
from platform_cli.api.releases.builds import wait_for_build
from platform_cli.api.workspaces import Location, load_config
from platform_cli.config.model import ClientServiceConfig
from platform_cli.deploy import apply_ttl, cdk
from platform_cli.deploy.node import find_node
from platform_cli.deploy.synthesis_reuse import record_deployed
from platform_cli.engines import NODE, load_engine
from platform_cli.errors import DeployFailed, PlatformError, ToolMissing
from platform_cli.local.addresses import describe_move
from platform_cli.local.builds.sandbox import SandboxKind, find_sandbox
from platform_cli.operations import content_sync, releases
from platform_cli.operations.forms import senders as mail_senders
from platform_cli.site_source import build_inputs
from platform_cli.site_source.client_site import site_engine
from platform_cli.site_source.simulated_repository import push_site_files
from platform_cli.targets import secrets
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment
from platform_core.pipeline.actions import BuildSite

NOTE_INTERVAL_SECONDS: Final = 1.0
"""Minimum time between two notes of progress; a failure is reported at once."""


@dataclass(frozen=True, slots=True)
class DeployResult:
    """A finished deploy."""

    client_id: str
    environment: str
    target: str
    stack: str
    site_url: str
    webhook_base_url: str
    webhook_address: str
    """The address in use, with `{provider}` in it; empty without a provider."""
    content_api_url: str
    build_id: str | None
    """None if there was nothing to build."""
    changed: bool


def require_programs(client: str, **location: Unpack[Location]) -> None:
    """Raise `ToolMissing` if this machine cannot deploy the client, or cannot build it locally."""
    config = load_config(client, location.get("environment"), workspace=location.get("workspace"))
    _require_programs(config, local=location.get("local", False))


def install_cdk_in_background() -> None:
    """Start to install the CDK CLI if it is missing; `deploy` waits for it."""
    cdk.install_in_background()


def deploy(plan: DeployPlan, *, progress: Progress = NO_PROGRESS) -> DeployResult:
    """Carry out a plan: update the stack, upload the build's inputs, and publish the site.

    Deploying the same client again changes nothing. Raises `PlatformError`, and changes nothing, if
    the stack or the synthesized files are no longer those of the plan.
    """
    _require_programs(plan.config, local=plan.target.is_local)
    if plan.target.is_local:
        warn_without_sandbox(progress)
        _warn_about_node(plan, progress)
    with lock_client(plan.deployments, plan.names):
        _require_current(plan)
        set_simulated_secrets(plan)
        # Before the stack changes: a build whose secret is not set could not start.
        open_secrets(plan.config, plan.target).refresh_build_copies()
        deployed = deploy_stack(plan, progress)
        register_mail_senders(plan, progress)
        inputs_changed = upload_build_inputs(plan, deployed, progress)
        build_id = publish_site(plan, deployed, progress, inputs_changed=inputs_changed)
        if plan.target.is_local:
            plan.deployments.cloud.snapshot()
    if moved_from := deployed.addresses.moved_from:
        progress.warn(describe_move(moved_from, deployed.addresses.site_url))
    return DeployResult(
        client_id=plan.names.client_id,
        environment=plan.names.environment,
        target=plan.target.name,
        stack=plan.stack,
        site_url=deployed.addresses.site_url,
        webhook_base_url=deployed.addresses.webhook_base_url,
        webhook_address=deployed.webhook_pattern,
        content_api_url=deployed.addresses.content_api_url,
        build_id=build_id,
        changed=bool(plan.changes) or inputs_changed or build_id is not None,
    )


def warn_without_sandbox(progress: Progress) -> None:
    """Warn a person whose machine cannot isolate the build of a site and of all its packages."""
    if find_sandbox().kind is SandboxKind.NONE:
        progress.warn(
            "no sandbox isolates builds on this machine, so the packages of the site can read your "
            "files; `platform doctor` says more"
        )


def deploy_stack(plan: DeployPlan, progress: Progress) -> Deployment:
    """Create or update the stack, and record where the client is deployed."""
    if plan.changes:
        if stacks.read_stack(plan.target, cdk.BOOTSTRAP_STACK) is None:
            with progress.step("Preparing the account for the CDK (once)") as step:
                cdk.bootstrap_account(plan.target, _make_resource_reporter(step))
        stacks.delete_failed_stack(plan.target, plan.stack)
        with progress.step(f"Deploying {plan.stack}") as step:
            report = _make_resource_reporter(step, len(plan.assembly.template["Resources"]))
            try:
                cdk.deploy_stack(plan.target, plan.assembly.folder, plan.stack, report)
            except DeployFailed as error:
                raise stacks.with_validation_errors(plan.target, plan.stack, error) from error
    record_deployed(plan.assembly, stacks.read_template(plan.target, plan.stack))
    apply_ttl.set_time_to_live(plan.target, plan.blueprint.stores)
    plan.deployments.save_record(plan.names, plan.target)
    return plan.deployments.open_deployment(plan.names)


def register_mail_senders(plan: DeployPlan, progress: Progress) -> None:
    """Register the senders of the client's forms at SES, and warn of those without a mail so far.

    In SES's sandbox the recipients are registered as well, because nobody else gets a mail there.
    """
    forms = plan.config.site.form_definitions
    if not forms:
        return
    addresses = [form.sender for form in forms]
    if mail_senders.is_in_sandbox(plan.target):
        addresses += [form.notify for form in forms]
    for address in mail_senders.register_senders(plan.target, addresses):
        progress.warn(
            f"the mails of forms wait until {address} is verified: SES has sent a mail with a link "
            "to it"
        )


def set_simulated_secrets(plan: DeployPlan) -> None:
    """Generate the missing secrets if the target simulates the vendors.

    A simulated vendor accepts any secret, so there is none to ask a person for. Secrets of drafts
    and of a login relay stay unset, as on AWS.
    """
    if plan.target.offers.provider_api_url is None:
        return
    client_secrets = open_secrets(plan.config, plan.target)
    for binding in provider_bindings(plan.blueprint):
        for name in binding.usual_secrets:
            if not client_secrets.describe(binding.provider, name).is_set:
                client_secrets.set_value(binding.provider, name, secrets.make_random_secret())


def upload_build_inputs(plan: DeployPlan, deployed: Deployment, progress: Progress) -> bool:
    """Upload the site's source and facts. Returns whether the build has anything new to read."""
    site_url = deployed.addresses.site_url
    is_pushed = push_site_files(plan.workspace, plan.config, plan.detected, plan.target)
    with progress.step("Packing the site's source"):
        source = build_inputs.pack_site_source(plan.workspace, plan.config, site_url, plan.detected)
        facts = build_inputs.make_site_facts(plan.config, source, site_url, plan.detected)
        return build_inputs.upload_inputs(deployed, source, facts) or is_pushed


def publish_site(
    plan: DeployPlan, deployed: Deployment, progress: Progress, *, inputs_changed: bool
) -> str | None:
    """Import the content and build the site if anything is new. Returns the id of the build."""
    before = releases.get_site(deployed)
    live = before.live
    if live and plan.is_new:
        # The site's row survives the deletion of a stack, and the store of the pointer does not.
        releases.restore_pointer(deployed, before)
    if live and not plan.changes and not inputs_changed and not plan.former_content:
        return None
    is_replaced = False
    if not live or plan.changes or plan.former_content:
        is_replaced = _import_content(plan, deployed, progress)
    order = BuildSite(allow_shrink=is_replaced, force=live is None, cause="deploy")
    releases.run_action(deployed, order)
    site = wait_for_build(deployed, releases.get_site(deployed).changed, progress)
    names = deployed.names
    note_report(plan.workspace, names.client_id, names.environment, site)
    return site.ready if site.ready != before.ready else None


def _require_programs(config: ClientServiceConfig, *, local: bool) -> None:
    find_node()
    generator = load_engine(config.service_integration.ssg_engine)
    for program, install_hint in generator.programs.items():
        if local and shutil.which(program) is None:
            raise ToolMissing(
                f"{generator.label} needs {program}, which is not installed", hint=install_hint
            )


def _warn_about_node(plan: DeployPlan, progress: Progress) -> None:
    """Warn if this machine's Node.js, which local builds use, is not the one that AWS would use."""
    wanted = site_engine(plan.config, plan.detected).runtimes.get(NODE)
    local = find_node().version[0]
    if wanted and not plan.detected.is_starter and int(wanted) != local:
        progress.warn(f"this machine builds with Node.js {local}, and AWS with {wanted}")


def _require_current(plan: DeployPlan) -> None:
    """Raise `PlatformError` if the stack was deployed, or planned again, after this plan."""
    template_file = plan.assembly.folder / f"{plan.stack}.template.json"
    synthesized = json.loads(template_file.read_text()) if template_file.exists() else None
    if synthesized != plan.assembly.template:
        raise _make_out_of_date_error(plan)
    # Checked again: a person may have taken long to confirm, and the lock of this client does not
    # stop another client that has the same stack name.
    stacks.reject_foreign_stack(plan.target, plan.names)
    if stacks.read_template(plan.target, plan.stack) != plan.deployed_template:
        raise _make_out_of_date_error(plan)


def _make_out_of_date_error(plan: DeployPlan) -> PlatformError:
    return PlatformError(
        f"the plan for {plan.stack} is out of date: it was deployed or planned again since",
        hint="plan the deploy again",
    )


def _import_content(plan: DeployPlan, deployed: Deployment, progress: Progress) -> bool:
    """Read each provider's full content, since no webhook announces what was there before.

    Then remove the content of former providers. Returns whether the new content may replace that
    of a former provider however small it is: not if a provider lists nothing at all.
    """
    if not content_sync.stores_content(deployed):
        return False
    listed = []
    for binding in provider_bindings(plan.blueprint):
        with progress.step(f"Reading the content of {binding.provider}") as step:
            sync = content_sync.sync_provider(deployed, binding.provider, step.count)
            listed.append(sync.listed)
    for provider in plan.former_content:
        with progress.step(f"Removing the content of {provider}") as step:
            content_sync.retire_provider(deployed, provider, step.count)
    return bool(plan.former_content) and all(listed)


def _make_resource_reporter(
    step: StepProgress, total: int | None = None
) -> Callable[[cdk.ResourceEvent], None]:
    """Return a callback that notes how many resources of the stack are complete."""
    last_note = time.monotonic()
    completed: set[str] = set()

    def report(event: cdk.ResourceEvent) -> None:
        nonlocal last_note
        if event.status.endswith("COMPLETE"):
            completed.add(event.resource)
        has_failed = event.status.endswith("FAILED")
        if has_failed or time.monotonic() - last_note >= NOTE_INTERVAL_SECONDS:
            last_note = time.monotonic()
            step.note(
                f"{len(completed)}/{total or event.total} {event.resource} {event.status} "
                f"{event.reason}"
            )

    return report
