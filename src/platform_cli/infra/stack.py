"""The one stack that every client gets, made of the parts of its blueprint."""

from typing import assert_never

from aws_cdk import DefaultStackSynthesizer, Stack, Tags
from constructs import Construct

from platform_cli.infra.api import Api
from platform_cli.infra.bundle import Bundler
from platform_cli.infra.ground import Ground, present
from platform_cli.infra.parts.alarms import Alarms
from platform_cli.infra.parts.builds import Builds
from platform_cli.infra.parts.content import Content
from platform_cli.infra.parts.site import Site
from platform_cli.infra.parts.webhooks import Webhooks
from platform_cli.resolve import blueprint as b


class ClientStack(Stack):
    """Lays each part with the construct of the same name."""

    def __init__(self, scope: Construct, blueprint: b.Blueprint, bundler: Bundler) -> None:
        names = blueprint.names
        super().__init__(
            scope,
            names.deployment_name,
            stack_name=names.deployment_name,
            description=f"{names.client_id} ({names.environment}): {names.stack_type}",
            synthesizer=DefaultStackSynthesizer(),
        )
        for key, value in blueprint.tags.items():
            Tags.of(self).add(key, value)
        ground = Ground(self, blueprint, bundler)
        api: Api | None = None
        for part in blueprint.parts:
            match part:
                case b.Site():
                    Site(self, ground, part)
                case b.Builds():
                    Builds(self, ground, part)
                case b.Webhooks():
                    api = Webhooks(self, ground).api
                case b.Content():
                    Content(self, ground, present(api))
                case b.Alarms():
                    Alarms(self, ground, part)
                case _:
                    assert_never(part)
