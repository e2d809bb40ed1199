"""Views of the entries of contact forms."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from platform_cli.api.operations.forms import SentMail
from platform_cli.sanitize import one_line
from platform_cli.screen import Data, Screen
from platform_cli.times import format_time
from platform_cli.views.layout import count_noun
from platform_core.forms.entries import FormEntry, MailStatus

LONGEST_VALUE: Final = 60


def show_form_entries(screen: Screen, client: str, entries: Sequence[FormEntry]) -> None:
    """Show the entries as a table, and the ones without a mail."""
    if not entries:
        screen.say(f"{client} has no entries.")
        return
    rows = [[e.received_at[:16], e.form, e.id, e.mail, _summarize(e)] for e in entries]
    screen.table("Entries", ["received", "form", "id", "mail", "values"], rows)
    failed = [entry for entry in entries if entry.mail is MailStatus.FAILED]
    if failed:
        screen.warn(
            f"{count_noun(len(failed), 'mail')} not sent so far: {failed[0].reason}. They are "
            "tried again; `platform doctor` checks the sender."
        )


def show_form_entry(screen: Screen, entry: FormEntry) -> None:
    """Show one entry with its whole values."""
    facts = {
        "form": entry.form,
        "id": entry.id,
        "received": entry.received_at,
        "deleted": format_time(entry.expires_at) or "",
        "mail": f"{entry.mail} {entry.reason}".strip(),
    }
    for name, value in [*facts.items(), *entry.values]:
        # Each line on its own: nothing that a visitor wrote reaches the terminal as a command.
        lines = [one_line(line) for line in value.split("\n")]
        screen.write(
            "\n".join([f"{one_line(name)}: {lines[0]}", *(f"  {line}" for line in lines[1:])])
        )


def form_entry_data(entry: FormEntry) -> Data:
    """Return an entry as JSON data."""
    return {
        "form": entry.form,
        "id": entry.id,
        "received_at": entry.received_at,
        "expires_at": format_time(entry.expires_at),
        "mail": str(entry.mail),
        "attempts": entry.attempts,
        "reason": entry.reason or None,
        "values": dict(entry.values),
    }


def form_entries_data(entries: Sequence[FormEntry]) -> Data:
    """Return entries as JSON data."""
    return {"entries": [form_entry_data(entry) for entry in entries]}


def show_sent_mails(screen: Screen, client: str, mails: Sequence[SentMail]) -> None:
    """Show the mails as a person would read them."""
    if not mails:
        screen.say(f"The embedded cloud has sent no mail for {client}.")
    for mail in mails:
        head = {
            "At": format_time(mail.at) or "",
            "From": mail.sender,
            "To": ", ".join(mail.recipients),
            "Subject": mail.subject,
        }
        lines = [f"{name}: {value}" for name, value in head.items()]
        body = ["", *mail.text.split("\n")]
        screen.write("\n".join(one_line(line) for line in [*lines, *body]))


def sent_mails_data(mails: Sequence[SentMail]) -> Data:
    """Return mails as JSON data."""
    return {"mails": [{**asdict(mail), "at": format_time(mail.at)} for mail in mails]}


def _summarize(entry: FormEntry) -> str:
    text = one_line(" / ".join(value for _, value in entry.values if value))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
