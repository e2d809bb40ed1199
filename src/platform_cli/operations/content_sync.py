"""The providers' full listings, read into the content table by the client's own function."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from platform_cli.errors import UsageError
from platform_cli.operations import releases
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.content.model import ContentType
from platform_core.content.rows import ContentSummary
from platform_core.pipeline.actions import RetireProvider, SyncProvider, SyncReport, to_message


@dataclass(frozen=True, slots=True)
class ProviderSync:
    """The counts of one provider's synchronization."""

    provider: str
    listed: int
    written: int
    removed: int


ReportCount = Callable[[int], None]
"""Receives the number of items listed so far."""


def has_content(found: Deployment) -> bool:
    """Whether this client keeps content; in direct mode each build reads the listing itself."""
    return contract.OUT_INGEST in found.stack.outputs


def require_content(found: Deployment) -> None:
    """Raises `UsageError` where there is no content to read or to show."""
    if not has_content(found):
        client = found.names.client_id
        raise UsageError(
            f"{client} stores no content: in direct mode each build reads the provider's listing "
            "itself",
            hint=f"platform build {client}, or integration_mode: event_driven",
        )


def sync_provider(found: Deployment, provider: str, tell: ReportCount) -> ProviderSync:
    """Update the table to the provider's full listing."""
    return _until_done(found, SyncProvider, provider, tell)


def retire_provider(found: Deployment, provider: str, tell: ReportCount) -> ProviderSync:
    """Remove the content of a provider that the client no longer has."""
    return _until_done(found, RetireProvider, provider, tell)


def find_removed_providers(found: Deployment, known: Iterable[str]) -> list[str]:
    """Providers with items in the table which the client no longer has."""
    having = {
        str(item.provider_name)
        for content_type in ContentType
        for item in list_items(found, content_type)
        if not item.is_deleted
    }
    return sorted(having - set(known))


def list_items(found: Deployment, content_type: str) -> Iterator[ContentSummary]:
    """The items of a type as an index lists them, tombstones among them."""
    listed = tables.query_rows(
        found.target,
        found.output(contract.OUT_CONTENT_TABLE),
        {"client_id": found.names.client_id, "content_type": str(content_type)},
        index=contract.CLIENT_TYPE_INDEX,
    )
    return map(ContentSummary.from_row, listed)


def _until_done(
    found: Deployment,
    action: type[SyncProvider] | type[RetireProvider],
    provider: str,
    tell: ReportCount,
) -> ProviderSync:
    """A function's time is bounded; where it was up, the next call goes on."""
    listed = written = removed = 0
    while True:
        message = to_message(action(provider, skip=listed))
        report = SyncReport.from_message(
            releases.invoke_function(found, contract.OUT_INGEST, message)
        )
        listed = report.listed
        written += report.written
        removed += report.removed
        if report.done:
            return ProviderSync(provider, listed, written, removed)
        tell(listed)
