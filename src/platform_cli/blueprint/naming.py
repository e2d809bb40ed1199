"""Compute all public names from the client's id, environment and providers.

A name is predictable before the deploy (rules D-R01..D-R15 of the requirements) and fits the
limit of its service. A longer name is cut and ends in a hash of the whole name, so that two long
names stay different.
"""

import hashlib
from dataclasses import dataclass

from platform_cli.config.client_names import (
    Environment,
    client_pascal_name,
    deployment_name,
    factory_name,
    resource_prefix,
    stack_type,
    to_pascal_case,
)

__all__ = [
    "SHARED_STACK",
    "Environment",
    "ResourceNames",
    "client_pascal_name",
    "component_id",
    "content_sort_key",
    "deployment_name",
    "factory_name",
    "resource_prefix",
    "shorten_name",
    "stack_type",
    "to_pascal_case",
]

SHARED_STACK = "WebServices-SharedInfra"
"""The account-level stack, deployed once (D-R09)."""


def component_id(provider: str, resource: str) -> str:
    """A provider's registration (D-R14): its name and the registered resource, `/` as `-`."""
    return f"{provider}-{resource.replace('/', '-')}"


def content_sort_key(content_type: str, provider: str) -> str:
    """The content table's sort key (D-R15): `product#shopify_basic`."""
    return f"{content_type}#{provider}"


def shorten_name(name: str, limit: int) -> str:
    """Shorten a name to `limit` characters; a hash of the whole replaces its end."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """Names of the resources of one client and environment, within AWS's limits."""

    client_id: str
    prefix: str

    def bucket(self, purpose: str) -> str:
        """Omits the account id, which `infra` appends: bucket names are worldwide (limit 63)."""
        return shorten_name(f"{self.prefix}-{purpose}", 50)

    def function(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 64)

    def role(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 64)

    def edge(self, purpose: str) -> str:
        """Name of a CloudFront access control, function or key-value store (limit 64)."""
        return shorten_name(f"{self.prefix}-{purpose}", 64)

    def schedule(self, purpose: str) -> str:
        """A schedule or a group of schedules."""
        return shorten_name(f"{self.prefix}-{purpose}", 64)

    def rule(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 64)

    def machine(self, purpose: str) -> str:
        """A state machine."""
        return shorten_name(f"{self.prefix}-{purpose}", 80)

    def queue(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 80)

    def table(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 255)

    def topic(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 255)

    def alarm(self, purpose: str) -> str:
        return shorten_name(f"{self.prefix}-{purpose}", 255)

    @property
    def inbox_table(self) -> str:
        return self.table("webhook-receipts")

    @property
    def content_table(self) -> str:
        return self.table("unified-content-cache")

    @property
    def site_table(self) -> str:
        return self.table("build-batching")

    @property
    def content_topic(self) -> str:
        return self.topic("content-events")

    @property
    def commerce_topic(self) -> str:
        return self.topic("commerce-events")

    @property
    def event_topics(self) -> tuple[str, str]:
        """Topics that the builder subscribes to."""
        return (self.content_topic, self.commerce_topic)

    @property
    def build_finished_rule(self) -> str:
        return self.rule("build-finished")

    @property
    def build_topic(self) -> str:
        return self.topic("build-events")

    @property
    def build_project(self) -> str:
        return shorten_name(f"{self.prefix}-composed-build", 150)

    @property
    def preview_project(self) -> str:
        return shorten_name(f"{self.prefix}-preview-build", 150)

    @property
    def api(self) -> str:
        """Name of the API, without the environment (D-R12)."""
        return shorten_name(f"{self.client_id}-integration-api", 128)

    @property
    def api_log(self) -> str:
        """Name of the API's log group. It contains the environment, unlike the name of the API."""
        return shorten_name(f"{self.prefix}-integration-api", 400)

    @property
    def dashboard(self) -> str:
        return shorten_name(self.prefix, 255)
