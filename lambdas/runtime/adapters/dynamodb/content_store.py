"""The content table, and the objects of bodies that are too large for a row."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lambdas.runtime.adapters.dynamodb.items import (
    Item,
    from_item,
    to_item,
    to_value,
    translate_errors,
    write_conditionally,
)
from platform_core import contract
from platform_core.content import model
from platform_core.content.model import UnifiedContent
from platform_core.content.rows import row_size
from platform_core.content.versions import StoredVersion
from platform_core.errors import Malformed, StoreUnavailable
from platform_core.pipeline.ports import ItemKey, Tombstone

MAX_ROW_WITH_BODY: Final = 350 * 1024
MAX_ROW: Final = 390 * 1024
"""DynamoDB allows 400 KB for a row."""
NOT_DELETED: Final = "attribute_not_exists(#deleted)"


class DynamoContent:
    """The port `ContentStore`, and the queries of the content API."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str, client_id: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket
        self._client_id = client_id

    def find(self, key: ItemKey) -> StoredVersion | None:
        names = ("version", "digest", "deleted", "ranked_by_us", "slug")
        with translate_errors("content"):
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key=to_item(key.to_row()),
                ConsistentRead=True,
                ProjectionExpression=", ".join(f"#{name}" for name in names),
                ExpressionAttributeNames={f"#{name}": name for name in names},
            )
        if "Item" not in answer:
            return None
        return StoredVersion.from_row(from_item(answer["Item"]))

    def put(self, item: UnifiedContent, replacing: StoredVersion | None) -> bool:
        row = model.to_row(item, self._client_id) | {"digest": model.content_digest(item)}
        if row_size(row) > MAX_ROW_WITH_BODY and item.body:
            row |= {"body": None, "body_key": self._store_body(item.body)}
        if row_size(row) > MAX_ROW:
            raise Malformed("an item is too large, even without its body")
        return self._put_row_if_unchanged(row, replacing)

    def put_tombstone(
        self, key: ItemKey, tombstone: Tombstone, replacing: StoredVersion | None
    ) -> bool:
        return self._put_row_if_unchanged(tombstone.to_row(key, self._client_id), replacing)

    def scan(self) -> Iterator[UnifiedContent]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression=NOT_DELETED,
            ExpressionAttributeNames={"#deleted": "deleted"},
        )
        with translate_errors("content"):
            for page in pages:
                for item in page["Items"]:
                    yield self._item(item)

    def list_keys(self, provider: str) -> Iterator[ItemKey]:
        return (key for key, _ in self.list_dated_keys(provider))

    def list_dated_keys(self, provider: str) -> Iterator[tuple[ItemKey, str]]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=contract.PROVIDER_INDEX,
            KeyConditionExpression="#provider = :provider",
            ExpressionAttributeNames={"#provider": "provider_name"},
            ExpressionAttributeValues={":provider": to_value(provider)},
        )
        with translate_errors("content"):
            for page in pages:
                for item in page["Items"]:
                    row = from_item(item)
                    yield ItemKey.from_row(row), row["updated_at"]

    def page(
        self, content_type: str | None, limit: int, after: Item | None
    ) -> tuple[Iterator[UnifiedContent], Item | None]:
        """Return at most `limit` live items of a type, or of all types, and the next page's key.

        The index is eventually consistent. A large body is read when its item is consumed.
        """
        where, values = "#client = :client", {":client": to_value(self._client_id)}
        names = {"#client": "client_id", "#deleted": "deleted"}
        if content_type is not None:
            where, names["#type"] = f"{where} AND #type = :type", "content_type"
            values[":type"] = to_value(content_type)
        start: dict[str, Any] = {"ExclusiveStartKey": after} if after else {}
        with translate_errors("content"):
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName=contract.CLIENT_TYPE_INDEX,
                KeyConditionExpression=where,
                FilterExpression=NOT_DELETED,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                Limit=limit,
                **start,
            )
        return map(self._item, answer["Items"]), answer.get("LastEvaluatedKey")

    def find_by_id(self, content_id: str) -> Iterator[UnifiedContent]:
        """Yield the live items of an id, of any type and provider."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#id = :id",
            FilterExpression=NOT_DELETED,
            ExpressionAttributeNames={"#id": contract.CONTENT_KEY, "#deleted": "deleted"},
            ExpressionAttributeValues={":id": to_value(content_id)},
            ConsistentRead=True,
        )
        with translate_errors("content"):
            for page in pages:
                yield from map(self._item, page["Items"])

    def _put_row_if_unchanged(
        self, row: Mapping[str, Any], replacing: StoredVersion | None
    ) -> bool:
        """Put the row if the table still holds the version that was read.

        The digest is part of the condition: two states of an item may have the same version.
        """
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": contract.CONTENT_KEY},
        }
        if replacing is not None:
            same = "#version = :version AND attribute_not_exists(#digest)"
            values = {":version": to_value(replacing.version)}
            if replacing.digest:
                same = "#version = :version AND #digest = :digest"
                values[":digest"] = to_value(replacing.digest)
            condition = {
                "ConditionExpression": same,
                "ExpressionAttributeNames": {"#version": "version", "#digest": "digest"},
                "ExpressionAttributeValues": values,
            }
        item = to_item(row)
        return write_conditionally(
            "content",
            lambda: self._dynamodb.put_item(TableName=self._table, Item=item, **condition),
        )

    def _store_body(self, body: str) -> str:
        """Store the body under the hash of its bytes, before the row that names it."""
        raw = body.encode()
        key = f"{contract.CONTENT_BODIES}{hashlib.sha256(raw).hexdigest()}"
        with translate_errors("bodies"):
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=raw, ContentType="text/html; charset=utf-8"
            )
        return key

    def _item(self, item: Mapping[str, Any]) -> UnifiedContent:
        row = from_item(item)
        if "body_key" in row:
            with translate_errors("bodies"):
                answer = self._s3.get_object(Bucket=self._bucket, Key=row["body_key"])
                row["body"] = answer["Body"].read().decode()
        try:
            return model.from_row(row)
        except (ValueError, LookupError) as error:
            name = row.get(contract.CONTENT_KEY)
            raise StoreUnavailable(
                f"content: {name} cannot be read: {type(error).__name__}"
            ) from None
