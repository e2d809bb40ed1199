"""Send a mail for each entry: at least once, and again after a failure until the entry ends.

An entry is claimed before its mail is sent, so two workers rarely send the same one. A worker that
dies after that leaves the entry due again, so its mail may be sent twice, and never not at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from platform_core import contract
from platform_core.errors import PipelineError
from platform_core.forms.body import Pair
from platform_core.forms.checks import is_address
from platform_core.forms.definition import FieldType, FormDefinition
from platform_core.forms.entries import EntryKey, FormEntry, StoredEntries

CLAIM_SECONDS: Final = 300
"""Time after which a claimed entry is due again."""
LONGEST_DELAY: Final = 6 * 3600
ALARMING_ATTEMPTS: Final = 3
FORM_REMOVED: Final = "the client's file has no such form any more"


class MailRefused(PipelineError):
    """The mail service does not take a mail. The message is its reason."""

    retry = True


@dataclass(frozen=True, slots=True)
class EntryMail:
    """The mail of one entry. The mail service takes the texts one by one, and none as a header."""

    sender: str
    recipient: str
    reply_to: str
    """The address of the visitor, or empty."""
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mails."""

    def send(self, mail: EntryMail) -> None:
        """Send a mail. Raises `MailRefused`."""
        ...


class MailLog(Protocol):
    """The log of the function."""

    def __call__(self, message: str, /, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class MailDeps:
    """Everything that sending mails needs."""

    forms: Mapping[str, FormDefinition]
    site: str
    """The domain of the site."""
    entries: StoredEntries
    mailer: Mailer
    clock: Callable[[], float]
    log: MailLog


def write_mail(form: FormDefinition, values: Iterable[Pair], site: str, entry_id: str) -> EntryMail:
    """Return the mail of an entry. Its Reply-To is the first mail address of the form."""
    sent = dict(values)
    addresses = [sent.get(field.name, "") for field in form.fields if field.type == FieldType.EMAIL]
    lines = [_paragraph(field.label, sent.get(field.name, "")) for field in form.fields]
    note = f"Sent with the form {form.name!r} of {site}. Entry: {entry_id}"
    return EntryMail(
        sender=form.sender,
        recipient=form.notify,
        # The mail service takes no other letters in an address.
        reply_to=next((a for a in addresses if is_address(a) and a.isascii()), ""),
        subject=f"New entry: {form.name}, {site}",
        text="\n".join([*lines, "-- ", note, ""]),
    )


def send_due_mails(deps: MailDeps, keys: Iterable[EntryKey], until: float) -> int:
    """Send the mails of these entries that are due, and return how many were sent."""
    sent = 0
    for key in keys:
        if deps.clock() >= until:
            break
        entry = deps.entries.read(key)
        if entry is not None and _is_due(entry, deps.clock()):
            sent += _send(deps, entry)
    return sent


def sweep_mails(deps: MailDeps, until: float) -> int:
    """Send the mails that an earlier call did not send, and return how many were sent."""
    return send_due_mails(deps, deps.entries.list_due(deps.clock()), until)


def retry_delay(attempts: int) -> int:
    """Return the seconds until the next attempt: 5 minutes, 10, 20 and so on, at most 6 hours."""
    return int(min(CLAIM_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_DELAY))


def _is_due(entry: FormEntry, now: float) -> bool:
    return entry.mail_at is not None and entry.mail_at <= now and not entry.is_expired(now)


def _send(deps: MailDeps, entry: FormEntry) -> bool:
    claimed = deps.entries.claim(entry, deps.clock() + CLAIM_SECONDS)
    if claimed is None:
        return False
    form = deps.forms.get(entry.form)
    if form is None:
        deps.entries.note_failure(claimed, FORM_REMOVED, entry.expires_at)
        return False
    mail = write_mail(form, entry.values, deps.site, entry.id)
    if claimed.attempts % 2 == 0:
        # The service can refuse what a visitor typed as an address. The text has it as well.
        mail = replace(mail, reply_to="")
    try:
        deps.mailer.send(mail)
    except MailRefused as refusal:
        retry_at = deps.clock() + retry_delay(claimed.attempts)
        deps.entries.note_failure(claimed, str(refusal), retry_at)
        facts: dict[str, object] = {
            "form": entry.form,
            "attempts": claimed.attempts,
            "reason": str(refusal),
        }
        if claimed.attempts >= ALARMING_ATTEMPTS:
            facts[contract.ALARM] = contract.ALARM_FORM_MAIL
        deps.log("form mail failed", **facts)
        return False
    deps.entries.note_sent(claimed)
    deps.log("form mail sent", form=entry.form, attempts=claimed.attempts)
    return True


def _paragraph(label: str, value: str) -> str:
    return f"{label}:\n{value}\n" if "\n" in value else f"{label}: {value}"
