"""Find and erase the stored deliveries of one order or one person, with every copy of their bodies.

A settled order has no personal data left, but its facts name the order. Bodies over 200 KB are
objects; a deleted object stays as an old version for 30 days, so versions are searched, too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

from platform_cli.operations import inbox
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.pipeline.ingest.inbox_row import InboxRow, vendor_texts

NAMES_AN_ORDER: Final = re.compile("order|invoice|transaction|token", re.IGNORECASE)
ID_FIELDS: Final = frozenset({"id", "number", "name", "admin_graphql_api_id", "subject_id"})
"""Fields that name the order only near the top of a body; deeper down they name a line or a tax."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An order, or a person by the mail address. One of both is set."""

    order: str = ""
    email: str = ""

    def is_in(self, text: str) -> bool:
        """Return whether a body, or a row's facts, are about the subject."""
        try:
            document = json.loads(text)
        except ValueError:
            document = unquote_plus(text)
        fields = list(_iter_fields(document))
        if self.email:
            address = re.escape(self.email.casefold())
            pattern = re.compile(rf"(?<![\w.+-]){address}(?![\w-]|\.\w)")
            return any(pattern.search(value.casefold()) for _, _, value in fields)
        return any(self._is_order(name, depth, value) for name, depth, value in fields)

    def _is_order(self, name: str, depth: int, value: str) -> bool:
        names_order = NAMES_AN_ORDER.search(name) or (name in ID_FIELDS and depth <= 2)
        wanted = self.order.removeprefix("#")
        return bool(names_order) and wanted in {
            value.removeprefix("#"), value.rpartition("/")[2], value.rpartition(":")[2],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredBody:
    """One version of an object with a large body."""

    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows and the bodies of a subject."""

    rows: tuple[InboxRow, ...] = ()
    bodies: tuple[StoredBody, ...] = ()


def find_deliveries(deployment: Deployment, subject: Subject) -> Findings:
    """Read every stored delivery, and return those of the subject, newest first."""
    bodies = tuple(
        body for body in _iter_bodies(deployment) if _is_about(deployment, body, subject)
    )
    keys = {body.key for body in bodies}
    table = deployment.output(contract.OUT_INBOX_TABLE)
    rows = []
    for listed in inbox.iter_inbox_deliveries(deployment):
        stored = tables.get_row(deployment.target, table, **{contract.INBOX_KEY: listed.id})
        if stored is None:
            continue
        row = InboxRow.from_row(stored)
        if row.body_key in keys or any(map(subject.is_in, vendor_texts(stored))):
            rows.append(row)
    return Findings(tuple(rows), bodies)


def erase(deployment: Deployment, findings: Findings) -> None:
    """Delete the rows, then the bodies. A repeat after a failure finishes the work."""
    dynamodb, s3 = deployment.client("dynamodb"), deployment.client("s3")
    for row in findings.rows:
        dynamodb.delete_item(
            TableName=deployment.output(contract.OUT_INBOX_TABLE),
            Key={contract.INBOX_KEY: {"S": row.id}},
        )
    for body in findings.bodies:
        s3.delete_object(
            Bucket=deployment.output(contract.OUT_DATA_BUCKET),
            Key=body.key,
            VersionId=body.version,
        )


def _iter_fields(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, int, str]]:
    """Yield the name, the depth and the text of every field. A list is one level deeper."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _iter_fields(inner, key, depth + 1)
        case list():
            for inner in value:
                yield from _iter_fields(inner, name, depth + 1)
        case str() | int() | float():
            yield name, depth, str(value)


def _iter_bodies(deployment: Deployment) -> Iterator[StoredBody]:
    pages = deployment.client("s3").get_paginator("list_object_versions")
    for prefix in (contract.RAW_BODIES, contract.BODIES_SET_ASIDE):
        bucket = deployment.output(contract.OUT_DATA_BUCKET)
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            for version in page.get("Versions", ()):
                yield StoredBody(version["Key"], version["VersionId"])


def _is_about(deployment: Deployment, body: StoredBody, subject: Subject) -> bool:
    answer = deployment.client("s3").get_object(
        Bucket=deployment.output(contract.OUT_DATA_BUCKET), Key=body.key, VersionId=body.version
    )
    return subject.is_in(answer["Body"].read().decode("utf-8", "replace"))
