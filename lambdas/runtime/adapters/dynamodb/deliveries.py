"""The inbox's reading side: rows are read, settled, put off, replayed and discarded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lambdas.runtime.adapters.dynamodb.inbox import Row
from lambdas.runtime.adapters.dynamodb.items import (
    from_item,
    to_item,
    to_plain,
    to_value,
    translate_errors,
    write_conditionally,
)
from lambdas.runtime.adapters.s3.large_bodies import Bodies
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import REPLAYABLE_SECONDS
from platform_core.pipeline.ingest.inbox_row import InboxRow
from platform_core.pipeline.ports import (
    Attempt,
    DeliveryResult,
    Discarded,
    FailedAttempt,
    PartialResult,
    ReplayRequest,
    SettledFacts,
    StoredDelivery,
)

Conditions = Mapping[str, Mapping[str, object]]
"""Condition expression -> the values that it names."""
NO_CONDITIONS: Final[Conditions] = {}
BODY: Final = ("body", "body_key")
PROGRESS: Final = ("parts_done", "parts")
UNFINISHED: Final = "unfinished_attempts"


class DynamoDeliveries:
    """The port `Deliveries`."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str) -> None:
        self._dynamodb = dynamodb
        self._bodies = Bodies(s3, bucket)
        self._table = table

    def read(self, delivery_id: str) -> StoredDelivery | None:
        with translate_errors("inbox"):
            row = self._row(delivery_id)
            if row is None:
                return None
            record = to_record(row)
            body = row.get("body", {}).get("B")
            if body is None and record.body_key:
                body = self._bodies.read(record.body_key)
        return record.stored_delivery(None if body is None else bytes(body))

    def pending(self) -> Iterator[str]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=contract.PENDING_INDEX,
            KeyConditionExpression="#pending = :one",
            ExpressionAttributeNames={"#pending": contract.PENDING},
            ExpressionAttributeValues={":one": to_value("1")},
        )
        with translate_errors("inbox"):
            for page in pages:
                for item in page["Items"]:
                    yield str(item[contract.INBOX_KEY]["S"])

    def start_attempt(self, delivery_id: str, attempt: Attempt) -> bool:
        values = {
            "attempts": attempt.number,
            UNFINISHED: attempt.unfinished,
            "next_attempt_at": attempt.next_attempt_at,
        }
        # Of two workers that read the same count, one wins.
        same_count = "#attempts = :before"
        if attempt.number == 1:
            same_count = f"(attribute_not_exists(#attempts) OR {same_count})"
        conditions = {same_count: {":before": attempt.number - 1}}
        return self._update(delivery_id, DeliveryStatus.PENDING, values, (), conditions)

    def save_progress(self, delivery_id: str, result: PartialResult) -> None:
        values: dict[str, object] = {
            "parts_done": result.progress.done,
            "parts": result.progress.total,
            "event_ids": list(result.event_ids),
            "attempts": 0,
            "next_attempt_at": result.at,
        }
        values |= {} if result.changed is None else {"changed": result.changed}
        self._update(delivery_id, DeliveryStatus.PENDING, values, (UNFINISHED, "reason"))

    def mark_applied(self, delivery_id: str, result: DeliveryResult) -> None:
        values: dict[str, object] = {
            "status": result.status,
            "event_ids": list(result.event_ids),
            "applied_at": result.at,
            contract.EXPIRES_AT: int(result.at) + REPLAYABLE_SECONDS,
        }
        values |= {} if result.changed is None else {"changed": result.changed}
        values |= {"reason": result.reason} if result.reason else {}
        facts = result.facts
        values |= _facts_values(facts)
        removed = [
            *(BODY if facts else ()),
            contract.PENDING,
            "next_attempt_at",
            "was",
            UNFINISHED,
            *PROGRESS,
            *([] if result.reason else ["reason"]),
        ]
        is_updated = self._update(delivery_id, DeliveryStatus.PENDING, values, removed)
        if is_updated and facts:
            self._delete_replaced_body(delivery_id, facts)

    def record_failure(self, delivery_id: str, failure: FailedAttempt) -> None:
        values: dict[str, object] = {
            "attempts": failure.attempts,
            "reason": failure.reason,
            "next_attempt_at": failure.next_attempt_at,
        }
        if not failure.is_final:
            self._update(delivery_id, DeliveryStatus.PENDING, values, (UNFINISHED,))
            return
        with translate_errors("inbox"):
            row = self._row(delivery_id) or {}
            former_key = row.get("body_key", {}).get("S")
            if former_key:
                replays = int(row.get("replays", {"N": "0"})["N"])
                key = self._bodies.copy_aside(former_key, delivery_id, replays)
                values["body_key"] = key
        values["status"] = DeliveryStatus.FAILED
        values |= {} if failure.expires_at is None else {contract.EXPIRES_AT: failure.expires_at}
        removed = (contract.PENDING, "was", UNFINISHED)
        is_updated = self._update(delivery_id, DeliveryStatus.PENDING, values, removed)
        if is_updated and former_key and values["body_key"] != former_key:
            with translate_errors("inbox"):
                self._bodies.delete_own(former_key, delivery_id)

    def reopen(self, delivery_id: str, request: ReplayRequest) -> bool:
        before = request.number - 1
        values: dict[str, object] = {
            "status": DeliveryStatus.PENDING,
            contract.PENDING: "1",
            "attempts": 0,
            "replays": request.number,
            "replayed_at": request.at,
            "was": request.previous_status,
        }
        # The count of replays is part of the condition, so that of two requests one wins. An
        # expired row is never reopened: TTL could delete it at any moment.
        same_count = "replays = :before" if before else "attribute_not_exists(replays)"
        not_expired = (
            f"(attribute_not_exists({contract.EXPIRES_AT}) OR {contract.EXPIRES_AT} > :now)"
        )
        return self._update_with_body(
            delivery_id,
            request.previous_status,
            values,
            (contract.EXPIRES_AT, "next_attempt_at", "reason", "discarded_at", *PROGRESS),
            {
                same_count: {":before": before} if before else {},
                not_expired: {":now": request.at},
            },
        )

    def discard(self, delivery_id: str, discarded: Discarded) -> bool:
        status, facts = discarded.previous_status, discarded.facts
        values: dict[str, object] = {
            "discarded_at": discarded.at,
            contract.EXPIRES_AT: int(discarded.at) + REPLAYABLE_SECONDS,
        }
        removed: tuple[str, ...] = ()
        if status == DeliveryStatus.PENDING:
            values["status"] = DeliveryStatus.FAILED
            removed = (contract.PENDING, "was", "next_attempt_at", UNFINISHED)
        if facts is None:
            return self._update_with_body(delivery_id, status, values, removed)
        values |= _facts_values(facts)
        is_updated = self._update(delivery_id, status, values, (*BODY, *removed))
        if is_updated:
            self._delete_replaced_body(delivery_id, facts)
        return is_updated

    def _delete_replaced_body(self, delivery_id: str, facts: SettledFacts) -> None:
        """Delete the large body that facts have replaced.

        After the row: a crash in between leaves a body until its age rule, and never a row that
        needs its body.
        """
        if facts.body_key:
            with translate_errors("inbox"):
                self._bodies.delete_own(facts.body_key, delivery_id)

    def _update_with_body(
        self,
        delivery_id: str,
        status: DeliveryStatus,
        values: Mapping[str, object],
        removed: Sequence[str] = (),
        conditions: Conditions = NO_CONDITIONS,
    ) -> bool:
        """Update the row, and move its body back to where it expires.

        Copy, update, delete, in this order: a crash in between leaves a copy too many, never a row
        without its body.
        """
        with translate_errors("inbox"):
            key = (self._row(delivery_id) or {}).get("body_key", {}).get("S")
            moved = (
                {"body_key": self._bodies.copy_to_expiring_prefix(key, delivery_id)} if key else {}
            )
        is_updated = self._update(delivery_id, status, {**values, **moved}, removed, conditions)
        if is_updated and key and moved["body_key"] != key:
            with translate_errors("inbox"):
                self._bodies.delete_if_set_aside(key)
        return is_updated

    def _update(
        self,
        delivery_id: str,
        status: DeliveryStatus,
        values: Mapping[str, object],
        removed: Sequence[str],
        conditions: Conditions = NO_CONDITIONS,
    ) -> bool:
        """Update a row of this status if the other conditions hold, too. Returns whether it did."""
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        removes = f" REMOVE {', '.join(f'#{name}' for name in removed)}" if removed else ""
        known = {f":{name}": value for name, value in values.items()} | {":its_status": status}
        for named in conditions.values():
            known |= named
        return write_conditionally(
            "inbox",
            lambda: self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(delivery_id),
                UpdateExpression=f"SET {sets}{removes}",
                ConditionExpression=" AND ".join(("#status = :its_status", *conditions)),
                ExpressionAttributeNames={f"#{n}": n for n in ("status", *values, *removed)},
                ExpressionAttributeValues=to_item(known),
            ),
        )

    def _row(self, delivery_id: str) -> Row | None:
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=_key(delivery_id), ConsistentRead=True
        )
        row: Row | None = answer.get("Item")
        return row


def _facts_values(facts: SettledFacts | None) -> dict[str, object]:
    if facts is None:
        return {}
    signals = {} if facts.signals is None else {"facts": facts.signals}
    return {**signals, "body_sha256": facts.body_sha256, "headers": {}}


def _key(delivery_id: str) -> dict[str, Any]:
    return {contract.INBOX_KEY: {"S": delivery_id}}


def to_record(item: Mapping[str, Any]) -> InboxRow:
    """Return the record of an item, without its body."""
    return InboxRow.from_row(to_plain(from_item({n: v for n, v in item.items() if n != "body"})))
