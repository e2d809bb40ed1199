"""The inbox: one row per delivery, written by the door, read by what applies it.

Both directions stand here, so that there is one codec. A row that waits has the attribute
`pending`, which is what the sparse index lists; a quarantined one has it not. A row gets its TTL
only when it is applied, by whoever applies it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.bodies import set_aside_key
from platform_core import contract
from platform_core.errors import StoreUnavailable
from platform_core.webhook import Delivery, Request

LARGEST_IN_ROW = 200 * 1024
"""Bytes of a body that a row carries itself; a larger one is an object in the data bucket."""

Row = dict[str, Any]
"""As DynamoDB's own protocol has it: `{"S": text}` and the like."""


class DynamoInbox:
    """The port `Inbox` over a table, and over a bucket for large bodies."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str, client_id: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket
        self._client_id = client_id

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """Keep the delivery; a large body first, under the hash of its bytes."""
        body_key = _body_key(delivery)
        row = to_row(delivery, self._client_id, body_key, quarantine_reason)
        try:
            if body_key:
                self._s3.put_object(Bucket=self._bucket, Key=body_key, Body=delivery.request.body)
            self._dynamodb.put_item(
                TableName=self._table,
                Item=row,
                ConditionExpression="attribute_not_exists(#key) OR #expires < :now",
                ExpressionAttributeNames={
                    "#key": contract.INBOX_KEY,
                    "#expires": contract.EXPIRES_AT,
                },
                ExpressionAttributeValues={":now": _number(delivery.request.received_at)},
            )
        except FAULTS as error:
            if code(error) == "ConditionalCheckFailedException":
                return False
            raise _unavailable(error) from None
        return True

    def read(self, delivery_id: str) -> Delivery | None:
        """A kept delivery as it is now, its body with it. Raises `StoreUnavailable`."""
        try:
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key={contract.INBOX_KEY: {"S": delivery_id}},
                ConsistentRead=True,
            )
            row = answer.get("Item")
            return None if row is None else to_delivery(row, self._body(row))
        except FAULTS as error:
            raise _unavailable(error) from None

    def _body(self, row: Mapping[str, Any]) -> bytes:
        if "body" in row:
            return bytes(row["body"]["B"])
        answer = self._s3.get_object(Bucket=self._bucket, Key=row["body_key"]["S"])
        return bytes(answer["Body"].read())


def to_row(
    delivery: Delivery, client_id: str, body_key: str | None, quarantine_reason: str | None
) -> Row:
    """The row of a delivery; its body stands in it unless `body_key` says where it is."""
    request = delivery.request
    row: Row = {
        contract.INBOX_KEY: {"S": delivery.id},
        "client_id": {"S": client_id},
        "provider": {"S": delivery.provider},
        "key": {"S": delivery.key},
        "status": {"S": delivery.status},
        "attempts": {"N": str(delivery.attempts)},
        contract.RECEIVED_AT: _number(request.received_at),
        "request_id": {"S": _text(request.request_id)},
        "method": {"S": _text(request.method)},
        "path": {"S": _text(request.path)},
        "headers": {"M": {_text(k): {"S": _text(v)} for k, v in request.headers.items() if k}},
    }
    row |= {"body_key": {"S": body_key}} if body_key else {"body": {"B": request.body}}
    if delivery.status == "pending":
        row[contract.PENDING] = {"S": "1"}
    if quarantine_reason:
        row["reason"] = {"S": quarantine_reason}
    return row


def to_delivery(row: Mapping[str, Any], body: bytes) -> Delivery:
    """The delivery of a row."""
    request = Request(
        method=row["method"]["S"],
        path=row["path"]["S"],
        headers={name: value["S"] for name, value in row["headers"]["M"].items()},
        body=body,
        received_at=float(row[contract.RECEIVED_AT]["N"]),
        request_id=row["request_id"]["S"],
    )
    return Delivery(
        provider=row["provider"]["S"],
        key=row["key"]["S"],
        request=request,
        status=row["status"]["S"],
        attempts=int(row["attempts"]["N"]),
    )


def _body_key(delivery: Delivery) -> str | None:
    """Where a large body goes; that of a delivery which waits for a person has no end."""
    body = delivery.request.body
    if len(body) <= LARGEST_IN_ROW:
        return None
    if delivery.status == "quarantined":
        return set_aside_key(delivery.id, 0)
    return f"{contract.RAW_BODIES}{delivery.provider}/{hashlib.sha256(body).hexdigest()}"


def _number(seconds: float) -> dict[str, str]:
    return {"N": f"{seconds:.6f}"}


def _text(value: str) -> str:
    """Text that a table takes: a lone surrogate, which only a hostile sender makes, is replaced."""
    return value.encode("utf-8", "replace").decode()


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"inbox: {code(error) or type(error).__name__}")
