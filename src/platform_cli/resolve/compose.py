"""From a client's configuration to the list of parts that its stack is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from platform_cli.engines import engine
from platform_cli.resolve.blueprint import (
    AWS,
    TAG_CLIENT,
    TAG_ENVIRONMENT,
    Alarms,
    Binding,
    Blueprint,
    Builds,
    Content,
    Names,
    Offers,
    Part,
    Site,
    Webhooks,
)
from platform_cli.resolve.naming import Environment
from platform_core import providers
from platform_core.batching import Policy
from platform_core.contract import MANAGE_PREFIX

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig

BUILD_IMAGE = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
"""Arm is the cheaper and the faster one for site generators; it brings Node 22 and Python 3.13."""

EVENT_DRIVEN = "event_driven"

NOBODY = Names("", "", "", "", "")


def compose(config: "ClientServiceConfig", *, offers: Offers = AWS) -> Blueprint:
    """The parts of one client in one environment, for a target with these offers."""
    bindings = _bindings(config)
    mode = str(config.service_integration.integration_mode)
    parts = (
        _site(config),
        _builds(config, bindings),
        *pipeline(bindings, mode, secret_store=str(config.secret_store)),
        Alarms(dashboard=_wants_dashboard(config), notify_email=config.notify_email),
    )
    return Blueprint(
        names=Names(
            client_id=config.client_id,
            environment=str(config.environment),
            resource_prefix=config.resource_prefix,
            deployment_name=config.deployment_name,
            stack_type=config.stack_type,
        ),
        integration_mode=mode,
        service_tier=str(config.service_tier),
        parts=parts,
        tags=_tags(config),
        retain_data=config.environment != Environment.DEV,
        offers=offers,
    )


def sketch(engine_name: str, chosen: Iterable[str], *, integration_mode: str) -> Blueprint:
    """The parts of a client that does not exist yet: enough to weigh it, not to deploy it."""
    bindings = tuple(binding(provider, {}) for provider in chosen)
    parts = (
        Site(domain=""),
        Builds(engine_name, buildspec={}, image=BUILD_IMAGE, policy=Policy(), bindings=bindings),
        *pipeline(bindings, integration_mode),
        Alarms(),
    )
    return Blueprint(NOBODY, integration_mode, service_tier="tier1", parts=parts)


def pipeline(
    bindings: tuple[Binding, ...],
    integration_mode: str,
    *,
    secret_store: str = "ssm",  # noqa: S107 (the name of a store)
) -> tuple[Part, ...]:
    """What deliveries pass: nothing without a provider, and the content where it is kept."""
    if not bindings:
        return ()
    door = Webhooks(bindings, secret_store=secret_store)
    return (door, Content(bindings)) if integration_mode == EVENT_DRIVEN else (door,)


def _bindings(config: "ClientServiceConfig") -> tuple[Binding, ...]:
    chosen = (
        config.service_integration.cms_config,
        config.service_integration.ecommerce_config,
    )
    return tuple(
        binding(choice.provider, choice.settings) for choice in chosen if choice is not None
    )


def binding(provider: str, settings: Mapping[str, object]) -> Binding:
    """A provider with all that its manifest says it needs."""
    secrets = tuple(need.name for need in providers.manifest(provider).needs.secrets)
    return Binding(
        provider=provider,
        settings=dict(settings),
        secrets=secrets,
        readable=tuple(name for name in secrets if not name.startswith(MANAGE_PREFIX)),
    )


def _site(config: "ClientServiceConfig") -> Site:
    return Site(
        domain=config.domain,
        hosted_zone_id=config.site.hosted_zone_id,
        hosted_zone_name=config.site.hosted_zone_name,
        certificate_arn=config.site.certificate_arn,
    )


def _builds(config: "ClientServiceConfig", bindings: tuple[Binding, ...]) -> Builds:
    generator = engine(config.service_integration.ssg_engine)
    return Builds(
        engine=generator.name,
        buildspec=generator.buildspec(),
        image=BUILD_IMAGE,
        policy=Policy(**{each.name: getattr(config.builds, each.name) for each in fields(Policy)}),
        bindings=bindings,
    )


def _wants_dashboard(config: "ClientServiceConfig") -> bool:
    """$3 a month: from the second tier up, or as the client says."""
    if config.dashboard is not None:
        return config.dashboard
    return config.service_tier != "tier1"


def _tags(config: "ClientServiceConfig") -> dict[str, str]:
    """What every resource carries; a client's own labels stand beside, never instead."""
    standard = {
        TAG_CLIENT: config.client_id,
        TAG_ENVIRONMENT: str(config.environment),
        "platform:stack-type": config.stack_type,
        "platform:service-tier": str(config.service_tier),
        "platform:managed-by": "platform",
    }
    return {f"label:{key}": value for key, value in config.labels.items()} | standard
