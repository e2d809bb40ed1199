"""The inbox's reading side: rows are read, settled, put off, replayed and discarded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lambdas.runtime.bodies import Bodies
from lambdas.runtime.inbox import Row
from lambdas.runtime.stores import available, conditionally, from_item, plain, to_item, to_value
from platform_core import contract
from platform_core.deliveries import REPLAYABLE_SECONDS, InboxRow
from platform_core.ports import Applied, Revival, Setback, Waiting
from platform_core.status import DeliveryStatus

Conditions = Mapping[str, Mapping[str, object]]
"""Condition -> the values that it names."""
NO_MORE: Final[Conditions] = {}


class DynamoDeliveries:
    """The port `Deliveries`."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str) -> None:
        self._dynamodb = dynamodb
        self._bodies = Bodies(s3, bucket)
        self._table = table

    def read(self, delivery_id: str) -> Waiting | None:
        with available("inbox"):
            row = self._row(delivery_id)
            if row is None:
                return None
            inside = "body" in row
            body = row["body"]["B"] if inside else self._bodies.read(row["body_key"]["S"])
        return to_record(row).waiting(None if body is None else bytes(body))

    def pending(self) -> Iterator[str]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=contract.PENDING_INDEX,
            KeyConditionExpression="#pending = :one",
            ExpressionAttributeNames={"#pending": contract.PENDING},
            ExpressionAttributeValues={":one": to_value("1")},
        )
        with available("inbox"):
            for page in pages:
                for item in page["Items"]:
                    yield str(item[contract.INBOX_KEY]["S"])

    def settle(self, delivery_id: str, end: Applied) -> None:
        values: dict[str, object] = {
            "status": end.status,
            "event_ids": list(end.event_ids),
            "applied_at": end.at,
            contract.EXPIRES_AT: int(end.at) + REPLAYABLE_SECONDS,
        }
        values |= {} if end.changed is None else {"changed": end.changed}
        values |= {"reason": end.reason} if end.reason else {}
        removed = [contract.PENDING, "next_attempt_at", "was", *([] if end.reason else ["reason"])]
        self._update(delivery_id, DeliveryStatus.PENDING, values, removed)

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        values: dict[str, object] = {
            "attempts": setback.attempts,
            "reason": setback.reason,
            "next_attempt_at": setback.next_attempt_at,
        }
        if not setback.failed:
            self._update(delivery_id, DeliveryStatus.PENDING, values, ())
            return
        with available("inbox"):
            row = self._row(delivery_id) or {}
            if "body_key" in row:
                replays = int(row.get("replays", {"N": "0"})["N"])
                key = self._bodies.set_aside(row["body_key"]["S"], delivery_id, replays)
                values["body_key"] = key
        values["status"] = DeliveryStatus.FAILED
        self._update(delivery_id, DeliveryStatus.PENDING, values, (contract.PENDING, "was"))

    def revive(self, delivery_id: str, revival: Revival) -> bool:
        before = revival.number - 1
        values: dict[str, object] = {
            "status": DeliveryStatus.PENDING,
            contract.PENDING: "1",
            "attempts": 0,
            "replays": revival.number,
            "replayed_at": revival.at,
            "was": revival.was,
        }
        seen = "replays = :before" if before else "attribute_not_exists(replays)"
        kept = f"(attribute_not_exists({contract.EXPIRES_AT}) OR {contract.EXPIRES_AT} > :now)"
        return self._bring_back(
            delivery_id,
            revival.was,
            values,
            (contract.EXPIRES_AT, "next_attempt_at", "reason", "discarded_at"),
            {seen: {":before": before} if before else {}, kept: {":now": revival.at}},
        )

    def discard(self, delivery_id: str, was: DeliveryStatus, at: float) -> bool:
        values = {"discarded_at": at, contract.EXPIRES_AT: int(at) + REPLAYABLE_SECONDS}
        return self._bring_back(delivery_id, was, values)

    def _bring_back(
        self,
        delivery_id: str,
        was: DeliveryStatus,
        values: Mapping[str, object],
        removed: Sequence[str] = (),
        given: Conditions = NO_MORE,
    ) -> bool:
        """Update the row, and have its body end like any other."""
        with available("inbox"):
            key = (self._row(delivery_id) or {}).get("body_key", {}).get("S")
            moved = {"body_key": self._bodies.bring_back(key, delivery_id)} if key else {}
        done = self._update(delivery_id, was, {**values, **moved}, removed, given)
        if done and key and moved["body_key"] != key:
            with available("inbox"):
                self._bodies.remove(key)
        return done

    def _update(
        self,
        delivery_id: str,
        was: DeliveryStatus,
        values: Mapping[str, object],
        removed: Sequence[str],
        given: Conditions = NO_MORE,
    ) -> bool:
        """Of a row with this status, if `given` holds, too; any other stays as it is."""
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        removes = f" REMOVE {', '.join(f'#{name}' for name in removed)}" if removed else ""
        known = {f":{name}": value for name, value in values.items()} | {":its_status": was}
        for more in given.values():
            known |= more
        return conditionally(
            "inbox",
            lambda: self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(delivery_id),
                UpdateExpression=f"SET {sets}{removes}",
                ConditionExpression=" AND ".join(("#status = :its_status", *given)),
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


def _key(delivery_id: str) -> dict[str, Any]:
    return {contract.INBOX_KEY: {"S": delivery_id}}


def to_record(item: Mapping[str, Any]) -> InboxRow:
    """The record of an item; its body, which may be large, is left to the caller."""
    return InboxRow.from_row(plain(from_item({n: v for n, v in item.items() if n != "body"})))
