"""BUILD, RELEASE and AUDIT rows of the site table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from lambdas.runtime.adapters.dynamodb.items import (
    Item,
    from_item,
    to_item,
    to_plain,
    to_value,
    translate_errors,
    write_conditionally,
)
from platform_core import contract
from platform_core.contract.status import BuildStatus
from platform_core.pipeline.records import AuditRecord, BuildRecord, ReleaseRecord

RETENTION_SECONDS: Final = 90 * 24 * 3600
"""Time to live of BUILD and AUDIT rows. RELEASE rows are deleted with their release."""
Record = TypeVar("Record", BuildRecord, ReleaseRecord)


class DynamoRecords:
    """The port `Records`."""

    def __init__(self, dynamodb: Any, table: str, clock: Callable[[], float]) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock

    def save_build(self, record: BuildRecord) -> None:
        self._put(
            record.to_row(self._expires_at()),
            ConditionExpression="attribute_not_exists(#status) OR #status = :building",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":building": to_value(BuildStatus.BUILDING)},
        )

    def find_build(self, attempt: str) -> BuildRecord | None:
        return self._get(contract.BUILD_ROW, attempt, BuildRecord)

    def save_release(self, record: ReleaseRecord) -> None:
        self._put(
            record.to_row(),
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": contract.SITE_SORT},
        )

    def find_release(self, release_id: str) -> ReleaseRecord | None:
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
        with translate_errors("releases"):
            for page in pages:
                for item in page["Items"]:
                    yield ReleaseRecord.from_row(to_plain(from_item(item)))

    def set_expiring(self, release_id: str, *, expiring: bool) -> None:
        write_conditionally(
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

    def delete_release(self, release_id: str) -> None:
        with translate_errors("releases"):
            self._dynamodb.delete_item(
                TableName=self._table, Key=_key(contract.RELEASE_ROW, release_id)
            )

    def save_audit(self, record: AuditRecord) -> None:
        self._put(record.to_row(self._expires_at()))

    def _expires_at(self) -> int:
        return int(self._clock()) + RETENTION_SECONDS

    def _put(self, row: Mapping[str, Any], **condition: Any) -> None:
        item = to_item(row)
        write_conditionally(
            str(row[contract.SITE_KEY]).lower(),
            lambda: self._dynamodb.put_item(TableName=self._table, Item=item, **condition),
        )

    def _get(self, kind: str, name: str, of: type[Record]) -> Record | None:
        with translate_errors(kind.lower()):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(kind, name), ConsistentRead=True
            )
        return of.from_row(to_plain(from_item(answer["Item"]))) if "Item" in answer else None


def _key(kind: str, name: str) -> Item:
    return to_item({contract.SITE_KEY: kind, contract.SITE_SORT: name})
