"""BUILD, RELEASE and AUDIT rows, beside the SITE row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any, Final, TypeVar

from lambdas.runtime.stores import (
    Item,
    available,
    conditionally,
    from_item,
    plain,
    to_item,
    to_value,
)
from platform_core import contract
from platform_core.records import AuditRecord, BuildRecord, ReleaseRecord

KEPT_SECONDS: Final = 90 * 24 * 3600
Record = TypeVar("Record", BuildRecord, ReleaseRecord)


class DynamoRecords:
    """The port `Records`."""

    def __init__(self, dynamodb: Any, table: str, clock: Callable[[], float]) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock

    def save_build(self, record: BuildRecord) -> None:
        self._put(
            contract.BUILD_ROW,
            asdict(record) | {contract.EXPIRES_AT: int(self._clock()) + KEPT_SECONDS},
            ConditionExpression="attribute_not_exists(#status) OR #status = :building",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":building": to_value("building")},
        )

    def build(self, attempt: str) -> BuildRecord | None:
        return self._get(contract.BUILD_ROW, attempt, BuildRecord)

    def save_release(self, record: ReleaseRecord) -> None:
        self._put(
            contract.RELEASE_ROW,
            asdict(record),
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": contract.SITE_SORT},
        )

    def release(self, release_id: str) -> ReleaseRecord | None:
        return self._get(contract.RELEASE_ROW, release_id, ReleaseRecord)

    def releases(self) -> Iterator[ReleaseRecord]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#kind = :kind",
            ExpressionAttributeNames={"#kind": contract.SITE_KEY},
            ExpressionAttributeValues={":kind": to_value(contract.RELEASE_ROW)},
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        with available("releases"):
            for page in pages:
                for item in page["Items"]:
                    yield _record(item, ReleaseRecord)

    def set_expiring(self, release_id: str, *, expiring: bool) -> None:
        conditionally(
            "releases",
            lambda: self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(contract.RELEASE_ROW, release_id),
                UpdateExpression="SET #expiring = :expiring",
                ConditionExpression="attribute_exists(#key)",
                ExpressionAttributeNames={"#expiring": "expiring", "#key": contract.SITE_SORT},
                ExpressionAttributeValues={":expiring": to_value(expiring)},
            ),
        )

    def forget_release(self, release_id: str) -> None:
        with available("releases"):
            self._dynamodb.delete_item(
                TableName=self._table, Key=_key(contract.RELEASE_ROW, release_id)
            )

    def note(self, record: AuditRecord) -> None:
        expires = {contract.EXPIRES_AT: int(self._clock()) + KEPT_SECONDS}
        self._put(contract.AUDIT_ROW, asdict(record) | expires)

    def _put(self, kind: str, row: Mapping[str, Any], **condition: Any) -> None:
        item = to_item({**row, contract.SITE_KEY: kind})
        conditionally(
            kind.lower(),
            lambda: self._dynamodb.put_item(TableName=self._table, Item=item, **condition),
        )

    def _get(self, kind: str, name: str, of: type[Record]) -> Record | None:
        with available(kind.lower()):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(kind, name), ConsistentRead=True
            )
        return _record(answer["Item"], of) if "Item" in answer else None


def _key(kind: str, name: str) -> Item:
    return to_item({contract.SITE_KEY: kind, contract.SITE_SORT: name})


def _record(item: Mapping[str, Any], of: type[Record]) -> Record:
    row = plain(from_item(item))
    return of(**{each.name: row[each.name] for each in fields(of) if each.name in row})
