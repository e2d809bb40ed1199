"""The inbox's stream, which carries keys only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from platform_core import contract


def sequence_by_delivery(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the delivery ids of a batch in stream order, each with its first sequence number."""
    ids: dict[str, str] = {}
    for record in records:
        change = record["dynamodb"]
        if record.get("eventName") != "REMOVE":
            ids.setdefault(change["Keys"][contract.INBOX_KEY]["S"], change["SequenceNumber"])
    return ids


def batch_response(sequence_numbers: Mapping[str, str], failed: Sequence[str]) -> dict[str, Any]:
    """Return a partial batch response: Lambda sends only the failed deliveries again."""
    return {"batchItemFailures": [{"itemIdentifier": sequence_numbers[id_]} for id_ in failed]}
