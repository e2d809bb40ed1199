"""The one stack that every client gets, made of the parts of its blueprint."""

from typing import assert_never

from aws_cdk import DefaultStackSynthesizer, Stack, Tags
from constructs import Construct

from platform_cli.blueprint import model as b
from platform_cli.infra.api import Api
from platform_cli.infra.bundle import Bundler
from platform_cli.infra.parts.alarms import Alarms
from platform_cli.infra.parts.builds import Builds
from platform_cli.infra.parts.content import Content
from platform_cli.infra.parts.forms import Forms
from platform_cli.infra.parts.login import Login
from platform_cli.infra.parts.site import Site
from platform_cli.infra.parts.webhooks import Webhooks
from platform_cli.infra.shared_resources import SharedResources, required
from platform_cli.infra.stores import Stores


class ClientStack(Stack):
    """Makes the stores of all parts, then each part with the construct of the same name."""

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
        # Two passes: the builder, for example, reads the content that a later part writes.
        stores = Stores(self, blueprint)
        self._add_parts(SharedResources(self, blueprint, stores, bundler))

    def _add_parts(self, shared: SharedResources) -> None:
        api: Api | None = None
        for part in shared.blueprint.parts:
            match part:
                case b.Site():
                    Site(self, shared, part)
                case b.Builds():
                    Builds(self, shared, part)
                case b.Webhooks():
                    api = Webhooks(self, shared, part).api
                case b.Content():
                    Content(self, shared, part, required(api))
                case b.Forms():
                    Forms(self, shared, part)
                case b.Login():
                    Login(self, shared, part)
                case b.Alarms():
                    Alarms(self, shared, part)
                case _:
                    assert_never(part)
