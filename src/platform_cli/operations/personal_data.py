"""The stored deliveries of a deployed client, for an erasure.

The command line deletes them itself, not the client's function: a search of a large inbox may take
longer than a function may run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.pipeline.ingest.erasure import StoredBody


@dataclass(frozen=True, slots=True)
class DeployedInbox:
    """The port `StoredDeliveries`: the inbox table, and the large bodies in the data bucket."""

    deployment: Deployment

    @property
    def _table(self) -> str:
        return self.deployment.output(contract.OUT_INBOX_TABLE)

    @property
    def _bucket(self) -> str:
        return self.deployment.output(contract.OUT_DATA_BUCKET)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        return tables.scan_rows(self.deployment.target, self._table)

    def bodies(self) -> Iterator[StoredBody]:
        pages = self.deployment.client("s3").get_paginator("list_object_versions")
        for prefix in (contract.RAW_BODIES, contract.BODIES_SET_ASIDE):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for version in page.get("Versions", ()):
                    yield StoredBody(version["Key"], version["VersionId"])

    def read_body(self, body: StoredBody) -> bytes:
        answer = self.deployment.client("s3").get_object(
            Bucket=self._bucket, Key=body.key, VersionId=body.version
        )
        return bytes(answer["Body"].read())

    def delete_row(self, delivery_id: str) -> None:
        self.deployment.client("dynamodb").delete_item(
            TableName=self._table, Key={contract.INBOX_KEY: {"S": delivery_id}}
        )

    def delete_body(self, body: StoredBody) -> None:
        self.deployment.client("s3").delete_object(
            Bucket=self._bucket, Key=body.key, VersionId=body.version
        )
