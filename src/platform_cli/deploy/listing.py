"""The providers' full listings, read into the content table by the client's own function."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from platform_cli.deploy import release, rows
from platform_cli.deploy.deployment import Deployed
from platform_cli.errors import UsageError
from platform_core import contract
from platform_core.content import ContentType


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
    return _until_done(found, contract.ACTION_SYNC, provider, tell)


def retire(found: Deployed, provider: str, tell: Tell) -> Reading:
    """Remove all that a provider left which the client no longer has."""
    return _until_done(found, contract.ACTION_RETIRE, provider, tell)


def strangers(found: Deployed, known: Iterable[str]) -> list[str]:
    """Providers with items in the table which the client no longer has."""
    table = found.output(contract.OUT_CONTENT_TABLE)
    having = {
        str(row["provider_name"])
        for kind in ContentType
        for row in rows.query(
            found.target,
            table,
            {"client_id": found.names.client_id, "content_type": kind.value},
            index=contract.CLIENT_TYPE_INDEX,
        )
        if row.get("status") != "deleted"
    }
    return sorted(having - set(known))


def _until_done(found: Deployed, action: str, provider: str, tell: Tell) -> Reading:
    """A function's time is bounded; where it was up, the next call goes on."""
    listed = written = removed = 0
    while True:
        payload: dict[str, object] = {"action": action, "provider": provider, "skip": listed}
        told = release.invoke(found, contract.OUT_INGEST, payload)
        listed = int(told["listed"])
        written += int(told["written"])
        removed += int(told["removed"])
        if told["done"]:
            return Reading(provider, listed, written, removed)
        tell(listed)
