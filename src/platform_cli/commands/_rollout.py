"""How a deploy goes, step by step, as a person sees it. Every step may be repeated.

The order makes an interruption harmless: the stack, then what the build reads, then the build;
the site's pointer moves last, and only in the cloud.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from platform_cli.commands._deployed import bindings, blueprint, ground, safe_of
from platform_cli.commands._progress import built, resources
from platform_cli.errors import DeployFailed
from platform_cli.resolve.blueprint import CERTIFICATES_REGION, Blueprint, Names, Site
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig
    from platform_cli.deploy.assembly import Assembly
    from platform_cli.deploy.changes import Change
    from platform_cli.deploy.deployment import Deployed, Ground
    from platform_cli.deploy.target import Target


@dataclass(frozen=True)
class Plan:
    """What a deploy would do, before it does it."""

    session: Session
    config: "ClientServiceConfig"
    blueprint: Blueprint
    ground: "Ground"
    target: "Target"
    assembly: "Assembly"
    changes: "list[Change]"
    deployed: bool
    """Whether the stack exists already."""

    @property
    def names(self) -> Names:
        return self.blueprint.names


def make_plan(session: Session, client: str, env: str | None, *, local: bool) -> Plan:
    """Synthesizes for the target and compares with what is deployed there."""
    from platform_cli.deploy import cdk, stack
    from platform_cli.deploy.changes import compare

    config = session.client(client, env)
    of = blueprint(session, client, env)
    place = ground(session)
    with session.screen.step("Starting the embedded cloud" if local else "Asking AWS who we are"):
        target = place.destination(of.names, local=local)
    require_certificates_region(target, of)
    of = _keeping_its_name(session, target, of)
    stack.require_own(target, of.names)
    with session.screen.step("Synthesizing the stack"):
        assembly = _synthesize(session, of.names, target, place)
    before = stack.template(target, of.names.deployment_name)
    changes = compare(before, assembly.template)
    if before is not None and changes:
        told = cdk.replacements(target, assembly.folder, assembly.stack)
        changes = compare(before, assembly.template, told)
    return Plan(session, config, of, place, target, assembly, changes, before is not None)


def parity(plan: Plan) -> "list[Change]":
    """Where this target's template is not what AWS would get."""
    from platform_cli.deploy.changes import compare
    from platform_cli.resolve.blueprint import AWS

    with plan.session.screen.step("Synthesizing what AWS would get"):
        there = _synthesize(
            plan.session, plan.names, replace(plan.target, name="parity", offers=AWS), plan.ground
        )
    return compare(there.template, plan.assembly.template)


def _synthesize(session: Session, names: Names, target: "Target", place: "Ground") -> "Assembly":
    from platform_cli.deploy.assembly import synthesize

    file = session.workspace.client_file(names.client_id)
    return synthesize(
        file, names, target.offers,
        state=place.state, target=target.name, validate=target.endpoint_url is None,
    )  # fmt: skip


def require_certificates_region(target: "Target", of: Blueprint) -> None:
    """CloudFront takes certificates of one region only, and a stack makes its own where it is."""
    made_here = any(
        isinstance(part, Site) and part.hosted_zone_id and not part.certificate_arn
        for part in of.parts
    )
    if made_here and target.region != CERTIFICATES_REGION:
        raise DeployFailed(
            f"the certificate of {of.names.client_id} has to be made in {CERTIFICATES_REGION}, "
            f"and this deploy goes to {target.region}",
            hint=f"AWS_REGION={CERTIFICATES_REGION}, or name a certificate of that region: "
            "site.certificate_arn",
        )


def _keeping_its_name(session: Session, target: "Target", of: Blueprint) -> Blueprint:
    """Other providers would name another stack; what is deployed goes on under the name it has."""
    from platform_cli.deploy import stack

    found = stack.find(target, of.names)
    if found is None or found.name == of.names.deployment_name:
        return of
    session.screen.warn(f"the stack keeps its name {found.name}: CloudFormation renames none")
    return replace(of, names=replace(of.names, deployment_name=found.name))


def lay(plan: Plan) -> "Deployed":
    """Brings the stack up to date; the embedded cloud then serves it."""
    from platform_cli.deploy import cdk, finish, stack

    screen = plan.session.screen
    name = plan.assembly.stack
    # Checked again: a person may have taken long to confirm, and the lock is only this client's.
    stack.require_own(plan.target, plan.names)
    if plan.changes:
        if stack.read(plan.target, cdk.BOOTSTRAP_STACK) is None:
            with screen.step("Preparing the account for the CDK (once)") as step:
                cdk.bootstrap(plan.target, resources(step))
        stack.clear(plan.target, name)
        with screen.step(f"Deploying {name}") as step:
            told = resources(step, len(plan.assembly.template["Resources"]))
            try:
                cdk.deploy(plan.target, plan.assembly.folder, name, told)
            except DeployFailed as error:
                raise stack.explained(plan.target, name, error) from error
    finish.set_time_to_live(plan.target, name, plan.assembly.template)
    plan.ground.remember(plan.names, plan.target)
    return plan.ground.find(plan.names)


def furnish(plan: Plan, found: "Deployed") -> bool:
    """Brings secrets, source and facts in; whether the build has anything new to read."""
    from platform_cli.deploy import inputs

    set_simulated_secrets(plan)
    with plan.session.screen.step("Packing the site's source"):
        source = inputs.source(plan.session.workspace, plan.config, found.site.site_url)
        facts = inputs.facts(plan.config, source, found.site.site_url)
        return inputs.upload(found, source, facts)


def set_simulated_secrets(plan: Plan) -> None:
    """Where the vendors are simulated there is nobody to ask for a secret: make up what lacks."""
    from platform_cli.deploy import secrets

    if plan.target.offers.provider_api_url is None:
        return
    safe = safe_of(plan.config, plan.target)
    for binding in bindings(plan.blueprint):
        for name in binding.secrets:
            if not safe.describe(binding.provider, name).is_set:
                safe.set(binding.provider, name, secrets.fresh())


def fill(plan: Plan, found: "Deployed", *, inputs_changed: bool) -> str | None:
    """Seeds the content and builds where anything is new; the id of the build, if there was one."""
    from platform_cli.deploy import release
    from platform_core.actions import BuildSite

    before = release.site(found)
    live = before.live
    if live and not plan.deployed:
        release.point_again(found, before)
    if live and not plan.changes and not inputs_changed:
        return None
    if not live or plan.changes:
        _seed(plan, found)
    release.ask(found, BuildSite(force=live is None, cause="deploy"))
    site = built(plan.session, found, release.site(found).changed, "Building the site")
    return site.ready if site.ready != before.ready else None


def _seed(plan: Plan, found: "Deployed") -> None:
    """Reads each provider's full listing into the content table; a vendor may not be reachable."""
    from platform_cli.deploy import listing

    for binding in bindings(plan.blueprint) if listing.has_content(found) else ():
        with plan.session.screen.step(f"Reading the content of {binding.provider}") as step:
            listing.read(found, binding.provider, step.count)


def changes_data(changes: "list[Change]") -> list[Mapping[str, object]]:
    """The changes as `--json` tells them."""
    return [
        {
            "action": str(each.action),
            "logical_id": each.logical_id,
            "type": each.type,
            "properties": list(each.properties),
            "holds": each.holds or None,
            "retained": each.retained,
        }
        for each in changes
    ]
