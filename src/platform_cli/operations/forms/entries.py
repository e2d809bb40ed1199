"""The entries of a deployed client's forms."""

import time
from collections.abc import Iterable, Iterator

from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.forms.entries import FormEntry, is_entry_row


def has_forms(deployment: Deployment) -> bool:
    """Return whether the deployed client has forms."""
    return contract.OUT_FORMS_TABLE in deployment.stack.outputs


def read_entries(deployment: Deployment) -> list[FormEntry]:
    """Return all entries whose term is not over, the newest first."""
    now = time.time()
    current = [entry for entry in _read_rows(deployment) if not entry.is_expired(now)]
    return sorted(current, key=lambda entry: (entry.received_at, entry.id), reverse=True)


def find_entries_of(deployment: Deployment, address: str) -> list[FormEntry]:
    """Return the entries with a mail address as a value, also those that expire just now."""
    return [entry for entry in _read_rows(deployment) if entry.is_from(address)]


def delete_entries(deployment: Deployment, entries: Iterable[FormEntry]) -> None:
    """Delete entries for good. Backups of the table keep them for up to 35 days."""
    dynamodb = deployment.client("dynamodb")
    for entry in entries:
        key = {name: {"S": value} for name, value in entry.key.to_row().items()}
        dynamodb.delete_item(TableName=deployment.output(contract.OUT_FORMS_TABLE), Key=key)


def _read_rows(deployment: Deployment) -> Iterator[FormEntry]:
    rows = tables.scan_rows(deployment.target, deployment.output(contract.OUT_FORMS_TABLE))
    return (FormEntry.from_row(row) for row in rows if is_entry_row(row))
