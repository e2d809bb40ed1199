"""The inbox's writing side: one row per delivery. `runtime.deliveries` reads and updates them."""

from collections.abc import Mapping
from typing import Any

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.s3.large_bodies import expiring_key, set_aside_key
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.ingest.inbox_row import new_row
from platform_core.webhooks.request import Delivery

LARGEST_IN_ROW = 200 * 1024
"""Bytes up to which a body is stored in its row; a larger one is an object in the data bucket."""

Row = dict[str, Any]
"""A row in DynamoDB's protocol: `{"name": {"S": "text"}}`."""


class DynamoInbox:
    """The port `Inbox`: a table, and a bucket for large bodies."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str, client_id: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket
        self._client_id = client_id

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """Store the delivery. A large body is stored first, under a key of its own.

        A row whose time to live has passed counts as absent: TTL deletes it up to days later.
        """
        body_key = _body_key(delivery)
        row = new_row(delivery, self._client_id, body_key, quarantine_reason)
        try:
            if body_key:
                self._s3.put_object(Bucket=self._bucket, Key=body_key, Body=delivery.request.body)
            self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item(row),
                ConditionExpression="attribute_not_exists(#key) OR #expires < :now",
                ExpressionAttributeNames={
                    "#key": contract.INBOX_KEY,
                    "#expires": contract.EXPIRES_AT,
                },
                ExpressionAttributeValues={":now": _number(delivery.request.received_at)},
            )
        except AWS_ERRORS as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise _unavailable(error) from None
        return True


def to_item(row: Mapping[str, Any]) -> Row:
    """A row in DynamoDB's protocol. Not boto3's serializer: loading it would delay a cold start."""
    return {name: _to_value(value) for name, value in row.items()}


def _to_value(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": to_item(value)}
        case _:
            return {"N": str(value)}


def _body_key(delivery: Delivery) -> str | None:
    """Return the key of a large body. The body of a quarantined delivery does not expire."""
    body = delivery.request.body
    if len(body) <= LARGEST_IN_ROW:
        return None
    if delivery.status == DeliveryStatus.QUARANTINED:
        return set_aside_key(delivery.id, 0)
    return expiring_key(delivery.provider, delivery.id, body)


def _number(seconds: float) -> dict[str, str]:
    return {"N": f"{seconds:.6f}"}


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"inbox: {error_code(error) or type(error).__name__}")
