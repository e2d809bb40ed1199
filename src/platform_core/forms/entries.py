"""An entry: the values that a visitor sent, and the state of its mail."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Protocol, Self

from platform_core import contract
from platform_core.forms.body import Pair
from platform_core.forms.definition import FormDefinition

DAY: Final = 24 * 3600
WAITING: Final = "1"
"""Value of `contract.PENDING` while a mail waits."""


class MailStatus(StrEnum):
    """State of an entry's mail."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Not sent so far. It is tried again."""


@dataclass(frozen=True, slots=True)
class EntryKey:
    """The key of an entry in the table."""

    form: str
    id: str

    def to_row(self) -> dict[str, str]:
        return {contract.FORMS_KEY: self.form, contract.FORMS_SORT: self.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEntry:
    """One entry of a form."""

    form: str
    id: str
    """The day and a hash of the values: a repeat on the same day is the same entry."""
    received_at: str
    """ISO 8601, UTC."""
    values: tuple[Pair, ...]
    expires_at: int
    mail_at: float | None
    """Time at which the mail is due; None once it is sent."""
    attempts: int = 0
    """Attempts to send the mail."""
    reason: str = ""
    """Reason for the last failed attempt."""

    @property
    def key(self) -> EntryKey:
        return EntryKey(self.form, self.id)

    @property
    def mail(self) -> MailStatus:
        if self.mail_at is None:
            return MailStatus.SENT
        return MailStatus.FAILED if self.reason else MailStatus.WAITING

    @classmethod
    def create(cls, form: FormDefinition, values: tuple[Pair, ...], now: float) -> Self:
        moment = datetime.fromtimestamp(now, UTC)
        content = json.dumps([form.name, values]).encode()
        return cls(
            form=form.name,
            id=f"{moment:%Y%m%d}-{hashlib.sha256(content).hexdigest()[:16]}",
            received_at=moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
            values=values,
            expires_at=int(now) + form.keep_days * DAY,
            mail_at=now,
        )

    def with_mail_sent(self) -> Self:
        """Return the entry after its mail is sent."""
        return replace(self, mail_at=None, reason="")

    def is_expired(self, now: float) -> bool:
        """Return whether the term is over: the table deletes a row some days later."""
        return self.expires_at <= now

    def is_from(self, address: str) -> bool:
        """Return whether a value is this mail address."""
        return any(value.strip().casefold() == address.casefold() for _, value in self.values)

    def to_row(self) -> dict[str, object]:
        row: dict[str, object] = {
            **self.key.to_row(),
            "received_at": self.received_at,
            "values": [list(pair) for pair in self.values],
            contract.EXPIRES_AT: self.expires_at,
            "attempts": self.attempts,
        }
        if self.reason:
            row["reason"] = self.reason
        if self.mail_at is not None:
            row |= {contract.PENDING: WAITING, contract.MAIL_AT: self.mail_at}
        return row

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        mail_at = row.get(contract.MAIL_AT)
        return cls(
            form=row[contract.FORMS_KEY],
            id=row[contract.FORMS_SORT],
            received_at=row["received_at"],
            values=tuple((name, value) for name, value in row["values"]),
            expires_at=int(row[contract.EXPIRES_AT]),
            mail_at=None if mail_at is None else float(mail_at),
            attempts=int(row.get("attempts", 0)),
            reason=row.get("reason", ""),
        )


def is_entry_row(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the table is an entry, and no counter."""
    return bool(row[contract.FORMS_KEY] != contract.FORMS_LIMITS)


class StoredEntries(Protocol):
    """The entries of a site."""

    def add(self, entry: FormEntry) -> bool:
        """Store an entry. Returns False if it is stored already."""
        ...

    def read(self, key: EntryKey) -> FormEntry | None: ...

    def list_due(self, now: float) -> list[EntryKey]:
        """Return entries whose mail is due, the oldest first. Bounded."""
        ...

    def claim(self, entry: FormEntry, until: float) -> FormEntry | None:
        """Count an attempt and make the next one due at `until`. None if another was faster."""
        ...

    def note_sent(self, entry: FormEntry) -> None: ...

    def note_failure(self, entry: FormEntry, reason: str, retry_at: float) -> None: ...
