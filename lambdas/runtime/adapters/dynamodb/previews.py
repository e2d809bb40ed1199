"""PREVIEW rows of the site table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

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
from platform_core.pipeline.preview.record import PreviewRecord


class DynamoPreviews:
    """The port `PreviewStore`."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def add(self, record: PreviewRecord) -> None:
        with translate_errors("previews"):
            self._dynamodb.put_item(TableName=self._table, Item=to_item(record.to_row()))

    def list(self) -> Iterator[PreviewRecord]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#kind = :kind",
            ExpressionAttributeNames={"#kind": contract.SITE_KEY},
            ExpressionAttributeValues={":kind": to_value(contract.PREVIEW_ROW)},
            ConsistentRead=True,
        )
        with translate_errors("previews"):
            for page in pages:
                for item in page["Items"]:
                    yield _from_item(item)

    def find(self, preview_id: str) -> PreviewRecord | None:
        with translate_errors("previews"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_key(preview_id), ConsistentRead=True
            )
        return _from_item(answer["Item"]) if "Item" in answer else None

    def replace(self, seen: PreviewRecord, now: PreviewRecord) -> PreviewRecord | None:
        written = replace(now, revision=seen.revision + 1)
        is_first = write_conditionally(
            "previews",
            lambda: self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item(written.to_row()),
                ConditionExpression="#revision = :seen",
                ExpressionAttributeNames={"#revision": "revision"},
                ExpressionAttributeValues={":seen": to_value(seen.revision)},
            ),
        )
        return written if is_first else None

    def delete(self, preview_id: str) -> None:
        with translate_errors("previews"):
            self._dynamodb.delete_item(TableName=self._table, Key=_key(preview_id))


def _from_item(item: Item) -> PreviewRecord:
    return PreviewRecord.from_row(to_plain(from_item(item)))


def _key(preview_id: str) -> Item:
    return to_item({contract.SITE_KEY: contract.PREVIEW_ROW, contract.SITE_SORT: preview_id})
