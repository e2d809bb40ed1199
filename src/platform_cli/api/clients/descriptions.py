"""Describe a client: its parts, and the names of its resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from platform_cli.api.workspaces import WorkspacePath, load_config
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.naming import ResourceNames
from platform_cli.config.model import ClientServiceConfig

RESOURCE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "builds": ("build_project", "site_table"),
    "webhooks": ("api", "inbox_table"),
    "content": ("content_table", "content_topic", "commerce_topic", "build_topic"),
}
"""Named resources of each part."""


@dataclass(frozen=True, slots=True)
class ClientDescription:
    """A client in one environment: its config, parts and resource names."""

    config: ClientServiceConfig
    parts: tuple[str, ...]
    names: Mapping[str, str]


def describe_client(
    client: str, environment: str | None = None, *, workspace: WorkspacePath = None
) -> ClientDescription:
    """Compute the parts and names of a client. Raises `UsageError` and `ConfigError`."""
    config = load_config(client, environment, workspace=workspace)
    parts = tuple(type(part).__name__.lower() for part in compose(config).parts)
    resources = ResourceNames(config.client_id, config.resource_prefix)
    names = {key: getattr(resources, key) for part in parts for key in RESOURCE_NAMES.get(part, ())}
    return ClientDescription(config, parts, names)
