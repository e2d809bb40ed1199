"""The table of entries and the mail service in memory. Each step can crash or be refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from platform_core.forms.definition import FieldType, FormDefinition, FormField
from platform_core.forms.entries import EntryKey, FormEntry
from platform_core.forms.limits import EntryCount
from platform_core.forms.mail import EntryMail, MailRefused

NOW = 1_796_000_000.0

CONTACT = FormDefinition(
    name="contact",
    fields=(
        FormField("name", "Name"),
        FormField("email", "E-mail", FieldType.EMAIL, required=True),
        FormField("message", "Message", FieldType.TEXTAREA),
    ),
    notify="hello@acme.example",
    sender="hello@acme.example",
    keep_days=90,
)


class Killed(BaseException):
    """The worker died. No handler of the code catches this."""


@dataclass
class Steps:
    """Counts the calls to the stores and the mail service, and dies after a chosen one."""

    die_after: int | None = None
    count: int = 0

    def done(self) -> None:
        self.count += 1
        if self.count == self.die_after:
            raise Killed


@dataclass
class MemoryEntries:
    """The ports `StoredEntries` and `EntryCounters`."""

    steps: Steps = field(default_factory=Steps)
    rows: dict[EntryKey, FormEntry] = field(default_factory=dict)
    counts: dict[str, EntryCount] = field(default_factory=dict)

    def add(self, entry: FormEntry) -> bool:
        is_new = entry.key not in self.rows
        self.rows.setdefault(entry.key, entry)
        self.steps.done()
        return is_new

    def read(self, key: EntryKey) -> FormEntry | None:
        self.steps.done()
        return self.rows.get(key)

    def list_due(self, now: float) -> list[EntryKey]:
        rows = self.rows.values()
        return [row.key for row in rows if row.mail_at is not None and row.mail_at <= now]

    def claim(self, entry: FormEntry, until: float) -> FormEntry | None:
        if self.rows.get(entry.key) != entry:
            return None
        claimed = replace(entry, mail_at=until, attempts=entry.attempts + 1)
        self.rows[entry.key] = claimed
        self.steps.done()
        return claimed

    def note_sent(self, entry: FormEntry) -> None:
        self.rows[entry.key] = self.rows[entry.key].with_mail_sent()
        self.steps.done()

    def note_failure(self, entry: FormEntry, reason: str, retry_at: float) -> None:
        self.rows[entry.key] = replace(entry, reason=reason, mail_at=retry_at)
        self.steps.done()

    def add_count(self, key: str, number: int, salt: str, expires_at: int) -> EntryCount:
        before = self.counts.get(key, EntryCount(0, salt))
        self.counts[key] = EntryCount(before.count + number, before.salt)
        self.steps.done()
        return self.counts[key]


@dataclass
class MemoryMailer:
    """The port `Mailer`."""

    steps: Steps = field(default_factory=Steps)
    refuses: Callable[[], str] = lambda: ""
    refused_address: str = ""
    """An address that it does not accept as a reply address."""
    sent: list[EntryMail] = field(default_factory=list)

    def send(self, mail: EntryMail) -> None:
        if reason := self.refuses():
            raise MailRefused(reason)
        if mail.reply_to and mail.reply_to == self.refused_address:
            raise MailRefused("Invalid reply address")
        self.sent.append(mail)
        self.steps.done()
