"""Synchronize the content table with the providers' full listings."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from platform_cli.errors import UsageError
from platform_cli.operations import releases
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.content.model import ContentType
from platform_core.content.rows import ContentSummary
from platform_core.pipeline.actions import RetireProvider, SyncProvider, to_message
from platform_core.pipeline.reports import SyncReport


@dataclass(frozen=True, slots=True)
class ProviderSync:
    """The counts of one provider's synchronization."""

    provider: str
    listed: int
    written: int
    removed: int
    untitled: int = 0
    """Public items without a title. Functions of earlier versions count drafts as well."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Listed items that are not public, by reason."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """Slugs that items keep, and those that they would have as new items."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Documents and parts of texts that could not be used, by reason."""

    @property
    def public(self) -> int:
        """The number of listed items that are public."""
        return self.listed - sum(self.left_out.values())


ReportCount = Callable[[int], None]
"""Receives the number of items listed so far."""


def stores_content(deployment: Deployment) -> bool:
    """Return whether this client stores content. In direct mode it does not."""
    return contract.OUT_INGEST in deployment.stack.outputs


def require_content_store(deployment: Deployment) -> None:
    """Raise `UsageError` if this client stores no content."""
    if not stores_content(deployment):
        client = deployment.names.client_id
        raise UsageError(
            f"{client} stores no content: in direct mode each build reads the provider's listing "
            "itself",
            hint=f"platform build {client}, or integration_mode: event_driven",
        )


def sync_provider(deployment: Deployment, provider: str, on_progress: ReportCount) -> ProviderSync:
    """Update the table to the provider's full listing."""
    return _run_until_done(deployment, SyncProvider, provider, on_progress)


def retire_provider(
    deployment: Deployment, provider: str, on_progress: ReportCount
) -> ProviderSync:
    """Remove the content of a provider that the client no longer has."""
    return _run_until_done(deployment, RetireProvider, provider, on_progress)


def find_removed_providers(deployment: Deployment, known: Iterable[str]) -> list[str]:
    """List former providers of the client that still have items in the table."""
    return list(count_former_content(deployment, known))


def count_former_content(deployment: Deployment, known: Iterable[str]) -> dict[str, int]:
    """Count the items in the table of each provider that the client no longer has."""
    stored = Counter(
        str(item.provider_name)
        for content_type in ContentType
        for item in list_items(deployment, content_type)
        if not item.is_deleted
    )
    return {provider: stored[provider] for provider in sorted(stored.keys() - set(known))}


def list_items(deployment: Deployment, content_type: str) -> Iterator[ContentSummary]:
    """Yield the items of a type in the fields of an index, including tombstones."""
    rows = tables.query_rows(
        deployment.target,
        deployment.output(contract.OUT_CONTENT_TABLE),
        {"client_id": deployment.names.client_id, "content_type": str(content_type)},
        index=contract.CLIENT_TYPE_INDEX,
    )
    return map(ContentSummary.from_row, rows)


def _run_until_done(
    deployment: Deployment,
    action: type[SyncProvider] | type[RetireProvider],
    provider: str,
    on_progress: ReportCount,
) -> ProviderSync:
    """Call the function until the listing is complete: one call is limited in time."""
    listed = written = removed = 0
    moves: dict[str, str] = {}
    while True:
        message = to_message(action(provider, skip=listed))
        report = SyncReport.from_message(
            releases.invoke_function(deployment, contract.OUT_INGEST, message)
        )
        listed = report.listed
        written += report.written
        removed += report.removed
        moves |= report.moves
        if report.done:
            # Each call lists from the beginning, so the last report counts all items.
            return ProviderSync(
                provider,
                listed,
                written,
                removed,
                report.untitled,
                report.left_out,
                moves,
                report.passed_over,
            )
        on_progress(listed)
