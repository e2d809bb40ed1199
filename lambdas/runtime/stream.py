"""The inbox's stream, keys only: which deliveries it tells of, and which it shall tell of again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from platform_core import contract


def deliveries(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Delivery id -> the first sequence number that told of it, in the stream's order."""
    found: dict[str, str] = {}
    for record in records:
        change = record["dynamodb"]
        if record.get("eventName") != "REMOVE":
            found.setdefault(change["Keys"][contract.INBOX_KEY]["S"], change["SequenceNumber"])
    return found


def answer(told: Mapping[str, str], lost: Sequence[str]) -> dict[str, Any]:
    """A partial batch answer: only what is lost from sight comes again."""
    return {"batchItemFailures": [{"itemIdentifier": told[one]} for one in lost]}
