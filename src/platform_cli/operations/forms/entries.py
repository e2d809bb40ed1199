"""The entries of a deployed client's forms."""

import time
from collections.abc import Iterable, Iterator

from platform_cli.blueprint.naming import ResourceNames
from platform_cli.blueprint.parts.forms import TABLE_PURPOSE
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.forms.entries import FormEntry, is_entry_row


def has_forms(deployment: Deployment) -> bool:
    """Return whether the deployed client has forms."""
    return contract.OUT_FORMS_TABLE in deployment.stack.outputs


def has_entries(deployment: Deployment) -> bool:
    """Return whether there is a table of entries. It outlives the forms of the client."""
    return has_forms(deployment) or tables.has_table(deployment.target, _table(deployment))


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
    dynamodb, table = deployment.client("dynamodb"), _table(deployment)
    for entry in entries:
        key = {name: {"S": value} for name, value in entry.key.to_row().items()}
        dynamodb.delete_item(TableName=table, Key=key)


def _read_rows(deployment: Deployment) -> Iterator[FormEntry]:
    rows = tables.scan_rows(deployment.target, _table(deployment))
    return (FormEntry.from_row(row) for row in rows if is_entry_row(row))


def _table(deployment: Deployment) -> str:
    """Return the name of the table, which stays when the stack has no forms any more."""
    names = deployment.names
    own = ResourceNames(names.client_id, names.resource_prefix).table(TABLE_PURPOSE)
    return deployment.stack.outputs.get(contract.OUT_FORMS_TABLE, own)
