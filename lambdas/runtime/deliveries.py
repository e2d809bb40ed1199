"""The inbox as those see it who apply what it keeps; the door's side is in `inbox`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lambdas.runtime.inbox import to_delivery
from lambdas.runtime.stores import available, conditionally, to_item, to_value
from platform_core import contract
from platform_core.ports import Applied, Setback, Waiting

REPLAYABLE_SECONDS: Final = 30 * 24 * 3600
"""How long an applied delivery is kept: as long as a repeat is recognized."""


class DynamoDeliveries:
    """The port `Deliveries`."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket

    def read(self, delivery_id: str) -> Waiting | None:
        with available("inbox"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(delivery_id), ConsistentRead=True
            )
            row = answer.get("Item")
            if row is None:
                return None
            later = float(row.get("next_attempt_at", {"N": "0"})["N"])
            return Waiting(to_delivery(row, self._body(row)), later)

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
        self._update(
            delivery_id,
            {
                "status": end.status,
                "event_ids": list(end.event_ids),
                "applied_at": end.at,
                contract.EXPIRES_AT: int(end.at) + REPLAYABLE_SECONDS,
            },
            (contract.PENDING, "reason", "next_attempt_at"),
        )

    def put_off(self, delivery_id: str, setback: Setback) -> None:
        values: dict[str, object] = {
            "attempts": setback.attempts,
            "reason": setback.reason,
            "next_attempt_at": setback.next_attempt_at,
        }
        if setback.failed:
            self._update(delivery_id, values | {"status": "failed"}, (contract.PENDING,))
        else:
            self._update(delivery_id, values, ())

    def _update(
        self, delivery_id: str, values: Mapping[str, object], removed: tuple[str, ...]
    ) -> None:
        """Of a row that is pending; any other stays as it is."""
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        removes = f" REMOVE {', '.join(f'#{name}' for name in removed)}" if removed else ""
        names = {f"#{name}": name for name in ("status", *values, *removed)}
        given = {f":{name}": value for name, value in values.items()}
        conditionally(
            "inbox",
            lambda: self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(delivery_id),
                UpdateExpression=f"SET {sets}{removes}",
                ConditionExpression="#status = :was",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=to_item(given | {":was": "pending"}),
            ),
        )

    def _body(self, row: Mapping[str, Any]) -> bytes:
        if "body" in row:
            return bytes(row["body"]["B"])
        answer = self._s3.get_object(Bucket=self._bucket, Key=row["body_key"]["S"])
        return bytes(answer["Body"].read())


def _key(delivery_id: str) -> dict[str, Any]:
    return {contract.INBOX_KEY: {"S": delivery_id}}
