"""List a client's content, and synchronize it with the providers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings, resolve_provider
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location
from platform_cli.errors import UsageError
from platform_cli.operations import content_sync
from platform_cli.operations.content_sync import ProviderSync, ReportCount
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract

CONTENT_TYPES: Final = ("article", "page", "product", "collection", "media")
"""Types that become pages or parts of pages, in the order of a listing."""


@dataclass(frozen=True, slots=True)
class ContentItem:
    """A row of the content table, without its body."""

    content_id: str | None
    content_type: str | None
    provider_name: str | None
    slug: str | None
    title: str | None
    status: str | None
    updated_at: str | None
    version: object


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The result of a synchronization."""

    client_id: str
    read: tuple[ProviderSync, ...]
    """One for each provider whose listing was read."""
    retired: tuple[ProviderSync, ...]
    """One for each former provider whose items were removed."""

    @property
    def untitled_providers(self) -> tuple[ProviderSync, ...]:
        """The providers that have public items, and none with a title."""
        return tuple(reading for reading in self.read if 0 < reading.public <= reading.untitled)


def list_content(
    client: str,
    content_type: str | None = None,
    *,
    limit: int | None = None,
    **location: Unpack[Location],
) -> list[ContentItem]:
    """List the items of a client's content table. Raises `UsageError`."""
    if content_type is not None and content_type not in CONTENT_TYPES:
        raise UsageError(
            f"there is no content type {content_type!r}", hint=f"one of {', '.join(CONTENT_TYPES)}"
        )
    deployed = find_deployed(client, **location)
    content_sync.require_content_store(deployed)
    selected = [content_type] if content_type else CONTENT_TYPES
    return list(islice(_query_items(deployed, client, selected), limit))


def sync_content(
    client: str,
    provider: str | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    **location: Unpack[Location],
) -> SyncResult:
    """Read the full listings of the providers into the content table. Idempotent.

    Removes items that a provider no longer lists. Without `provider` it also removes the items of
    providers that the client no longer has. Raises `UsageError`.
    """
    environment, workspace = location.get("environment"), location.get("workspace")
    blueprint = load_blueprint(client, environment, workspace=workspace)
    own = [binding.provider for binding in provider_bindings(blueprint)]
    selected = own if provider is None else [resolve_provider(blueprint, provider)]
    deployed = find_deployed(client, **location)
    content_sync.require_content_store(deployed)
    read = _sync_each_provider(
        "Reading", selected, partial(content_sync.sync_provider, deployed), progress
    )
    former = content_sync.find_removed_providers(deployed, own) if provider is None else []
    retired = _sync_each_provider(
        "Removing", former, partial(content_sync.retire_provider, deployed), progress
    )
    return SyncResult(client, read, retired)


def _query_items(deployed: Deployment, client: str, types: Iterable[str]) -> Iterator[ContentItem]:
    table = deployed.output(contract.OUT_CONTENT_TABLE)
    names = [field.name for field in fields(ContentItem)]
    for content_type in types:
        key = {"client_id": client, "content_type": content_type}
        for row in tables.query_rows(deployed.target, table, key, index=contract.CLIENT_TYPE_INDEX):
            yield ContentItem(**{name: row.get(name) for name in names})


def _sync_each_provider(
    verb: str,
    providers: Iterable[str],
    read: Callable[[str, ReportCount], ProviderSync],
    progress: Progress,
) -> tuple[ProviderSync, ...]:
    readings = []
    for provider in providers:
        with progress.step(f"{verb} the content of {provider}") as step:
            readings.append(read(provider, step.count))
    return tuple(readings)
