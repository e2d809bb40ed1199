"""Find and erase stored deliveries of an order or a person, with every copy of their bodies.

`platform forget` and a vendor's own request to erase both use this. A settled order has no personal
data left, but its facts name the order. A large body is an object beside its row; a deleted object
stays as an old version for 30 days, so versions are searched as well.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import unquote_plus

from platform_core.pipeline.ingest.inbox_row import InboxRow, body_name, vendor_texts
from platform_core.provider import Erasure
from platform_core.webhooks.request import Delivery

NAMES_AN_ORDER: Final = re.compile("order|invoice|transaction|token", re.IGNORECASE)
BODY_NAME: Final = re.compile("[0-9a-f]{64}")
"""Matches `body_name` in the key of a large body."""
ID_FIELDS: Final = frozenset({"id", "number", "name", "admin_graphql_api_id", "subject_id"})
"""Fields that name the order only near the top of a body; deeper down they name a line or a tax."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Orders, or persons by their mail addresses."""

    orders: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    provider: str = ""
    """The only provider whose deliveries are erased. Empty means any."""
    is_whole_shop: bool = False
    """True for every delivery of the provider."""
    request_id: str = ""
    """Id of the delivery with the request to erase. It names the subject, and is kept."""

    def covers(self, row: InboxRow) -> bool:
        """Return whether a delivery is searched at all."""
        return row.id != self.request_id and self.provider in {"", row.provider}

    def covers_body(self, key: str) -> bool:
        """Return whether a large body is searched, as far as its key names a provider."""
        folders = key.split("/")
        return not self.provider or len(folders) < 4 or folders[1] == self.provider

    def is_in(self, text: str) -> bool:
        """Return whether a body, or a row's facts, are about the subject."""
        if self.is_whole_shop:
            return True
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = unquote_plus(text)
        fields = list(_iter_fields(document))
        return any(self._is_person(value) for _, _, value in fields) or any(
            self._is_order(name, depth, value) for name, depth, value in fields
        )

    def _is_person(self, value: str) -> bool:
        text = value.casefold()
        addresses = (email.casefold() for email in self.emails)
        return any(
            address in text and re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text)
            for address in addresses
        )

    def _is_order(self, name: str, depth: int, value: str) -> bool:
        if not (NAMES_AN_ORDER.search(name) or (name in ID_FIELDS and depth <= 2)):
            return False
        ids = {value.removeprefix("#"), value.rpartition("/")[2], value.rpartition(":")[2]}
        return any(order.removeprefix("#") in ids for order in self.orders)


@dataclass(frozen=True, slots=True)
class StoredBody:
    """One version of an object with a large body."""

    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows and the bodies of a subject, newest first."""

    rows: tuple[InboxRow, ...] = ()
    bodies: tuple[StoredBody, ...] = ()


class StoredDeliveries(Protocol):
    """Everything that is stored of deliveries. Reads are consistent."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield every row with its body."""
        ...

    def bodies(self) -> Iterator[StoredBody]:
        """Yield every version of every large body."""
        ...

    def read_body(self, body: StoredBody) -> bytes:
        """Return a large body."""
        ...

    def delete_row(self, delivery_id: str) -> None: ...

    def delete_body(self, body: StoredBody) -> None:
        """Delete one version for good."""
        ...


def find_deliveries(stored: StoredDeliveries, subject: Subject) -> Findings:
    """Read every stored delivery, and return those of the subject."""
    rows: list[InboxRow] = []
    with_large_body: list[InboxRow] = []
    not_covered: set[str] = set()
    for stored_row in stored.rows():
        row = InboxRow.from_row(stored_row)
        if not subject.covers(row):
            not_covered.add(body_name(row.id))
        elif any(map(subject.is_in, vendor_texts(stored_row))):
            rows.append(row)
        elif row.body_key:
            with_large_body.append(row)
    bodies = tuple(
        body
        for body in stored.bodies()
        if subject.covers_body(body.key)
        and not_covered.isdisjoint(BODY_NAME.findall(body.key))
        and (subject.is_whole_shop or subject.is_in(_read_text(stored, body)))
    )
    keys = {body.key for body in bodies}
    rows += (row for row in with_large_body if row.body_key in keys)
    return Findings(tuple(sorted(rows, key=_received_at, reverse=True)), bodies)


def erase(stored: StoredDeliveries, findings: Findings) -> None:
    """Delete the rows, then the bodies. A repeat after a failure finishes the work."""
    for row in findings.rows:
        stored.delete_row(row.id)
    for body in findings.bodies:
        stored.delete_body(body)


def erase_on_request(stored: StoredDeliveries, delivery: Delivery, request: Erasure) -> Findings:
    """Erase what a vendor's verified request names. Returns what was erased."""
    subject = Subject(
        request.orders, request.emails, delivery.provider, request.is_whole_shop, delivery.id
    )
    findings = find_deliveries(stored, subject)
    erase(stored, findings)
    return findings


def _read_text(stored: StoredDeliveries, body: StoredBody) -> str:
    return stored.read_body(body).decode("utf-8", "replace")


def _received_at(row: InboxRow) -> float:
    return row.received_at


def _iter_fields(document: Any) -> Iterator[tuple[str, int, str]]:
    """Yield the name, the depth and the text of every field. A list is one level deeper."""
    # A list in place of recursion: `json` reads documents that are nested deeper than Python calls.
    left: list[tuple[str, int, Any]] = [("", 0, document)]
    while left:
        name, depth, value = left.pop()
        match value:
            case dict():
                left += ((key, depth + 1, inner) for key, inner in value.items())
            case list():
                left += ((name, depth + 1, inner) for inner in value)
            case str() | int() | float():
                yield name, depth, str(value)
