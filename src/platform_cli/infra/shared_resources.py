"""Resources that all parts of a stack use: the site's stores, and the functions of other parts."""

from typing import TypeVar

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs

from platform_cli.blueprint.model import Binding, Blueprint, Builds, Site, Webhooks
from platform_cli.infra.bundle import Bundler
from platform_cli.infra.permissions import arn
from platform_cli.infra.site_paths import SitePaths
from platform_cli.infra.stores import Stores

T = TypeVar("T")


class SharedResources:
    """The context of one stack while its parts are made.

    A store of another part has no attribute here: that part's module offers a typed handle, such as
    `parts.webhooks.Inbox`.
    """

    def __init__(
        self, stack: Stack, blueprint: Blueprint, stores: Stores, bundler: Bundler
    ) -> None:
        self.stack = stack
        self.blueprint = blueprint
        self.stores = stores
        self.bundler = bundler
        self.names = blueprint.resource_names
        builds, webhooks = blueprint.find(Builds), blueprint.find(Webhooks)
        self.bindings: tuple[Binding, ...] = builds.bindings if builds else ()
        self.secret_store = webhooks.secret_store if webhooks else "ssm"
        site = required(blueprint.find(Site))
        self.site_bucket = stores.bucket(site.site_bucket)
        self.data_bucket = stores.bucket(site.data_bucket)
        self.site_table = stores.table(site.site_table)
        self.pointer_store = stores.key_value_store(site.pointer)
        self.dead_letters = stores.queue(site.dead_letters)
        self.functions: dict[str, awslambda.CfnFunction] = {}
        self.logs: dict[str, logs.CfnLogGroup] = {}
        """Both by the function's purpose. A part registers them as it makes them."""
        self.site_paths: SitePaths | None = None
        """The paths of the site that APIs answer."""
        self.schedule_role: iam.CfnRole | None = None
        """The role with which schedules call functions."""

    def topic_arn(self, name: str) -> str:
        return arn("sns", name)


def required(value: T | None) -> T:
    """Return a value that an earlier part has made. Raises `ValueError` where it has not."""
    if value is None:
        raise ValueError("a part needs a part that its blueprint does not have")
    return value
