"""Everything that is stored of deliveries: read and deleted at a vendor's request to erase."""

from collections.abc import Iterator, Mapping
from typing import Any

from lambdas.runtime.adapters.dynamodb.items import from_item, to_plain, translate_errors
from platform_core import contract
from platform_core.pipeline.ingest.erasure import StoredBody


class AwsStoredDeliveries:
    """The port `StoredDeliveries`: the inbox table, and the large bodies in the data bucket."""

    def __init__(self, dynamodb: Any, s3: Any, *, table: str, bucket: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._table = table
        self._bucket = bucket

    def rows(self) -> Iterator[Mapping[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, ConsistentRead=True
        )
        with translate_errors("inbox"):
            for page in pages:
                yield from (to_plain(from_item(item)) for item in page["Items"])

    def bodies(self) -> Iterator[StoredBody]:
        pages = self._s3.get_paginator("list_object_versions")
        with translate_errors("inbox"):
            for prefix in (contract.RAW_BODIES, contract.BODIES_SET_ASIDE):
                for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                    for version in page.get("Versions", ()):
                        yield StoredBody(version["Key"], version["VersionId"])

    def read_body(self, body: StoredBody) -> bytes:
        with translate_errors("inbox"):
            answer = self._s3.get_object(Bucket=self._bucket, Key=body.key, VersionId=body.version)
            return bytes(answer["Body"].read())

    def delete_row(self, delivery_id: str) -> None:
        with translate_errors("inbox"):
            self._dynamodb.delete_item(
                TableName=self._table, Key={contract.INBOX_KEY: {"S": delivery_id}}
            )

    def delete_body(self, body: StoredBody) -> None:
        with translate_errors("inbox"):
            self._s3.delete_object(Bucket=self._bucket, Key=body.key, VersionId=body.version)
