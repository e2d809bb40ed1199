"""The providers' full listings, read into the content table by the client's own function."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from platform_cli.errors import UsageError
from platform_cli.operations import releases
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployed
from platform_core import contract
from platform_core.content.model import ContentType
from platform_core.content.rows import ContentSummary
from platform_core.pipeline.actions import (
    RetireProvider,
    SyncProvider,
    SyncReport,
    to_message,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one listing came to."""

    provider: str
    listed: int
    written: int
    removed: int


Tell = Callable[[int], None]
"""Told how many items are listed so far."""


def has_content(found: Deployed) -> bool:
    """Whether this client keeps content; in direct mode each build reads the listing itself."""
    return contract.OUT_INGEST in found.stack.outputs


def require_content(found: Deployed) -> None:
    """Raises `UsageError` where there is no content to read or to show."""
    if not has_content(found):
        client = found.names.client_id
        raise UsageError(
            f"{client} stores no content: in direct mode each build reads the provider's listing "
            "itself",
            hint=f"platform build {client}, or integration_mode: event_driven",
        )


def read(found: Deployed, provider: str, tell: Tell) -> Reading:
    """Bring the table up to what the provider lists."""
    return _until_done(found, SyncProvider, provider, tell)


def retire(found: Deployed, provider: str, tell: Tell) -> Reading:
    """Remove all that a provider left which the client no longer has."""
    return _until_done(found, RetireProvider, provider, tell)


def strangers(found: Deployed, known: Iterable[str]) -> list[str]:
    """Providers with items in the table which the client no longer has."""
    having = {
        str(item.provider_name)
        for content_type in ContentType
        for item in items(found, content_type)
        if not item.is_deleted
    }
    return sorted(having - set(known))


def items(found: Deployed, content_type: str) -> Iterator[ContentSummary]:
    """The items of a type as an index lists them, tombstones among them."""
    listed = tables.query(
        found.target,
        found.output(contract.OUT_CONTENT_TABLE),
        {"client_id": found.names.client_id, "content_type": str(content_type)},
        index=contract.CLIENT_TYPE_INDEX,
    )
    return map(ContentSummary.from_row, listed)


def _until_done(
    found: Deployed,
    action: type[SyncProvider] | type[RetireProvider],
    provider: str,
    tell: Tell,
) -> Reading:
    """A function's time is bounded; where it was up, the next call goes on."""
    listed = written = removed = 0
    while True:
        message = to_message(action(provider, skip=listed))
        report = SyncReport.from_message(releases.invoke(found, contract.OUT_INGEST, message))
        listed = report.listed
        written += report.written
        removed += report.removed
        if report.done:
            return Reading(provider, listed, written, removed)
        tell(listed)
