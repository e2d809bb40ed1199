"""An entry and its mail, with a worker that dies after every step."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from platform_core import contract
from platform_core.forms.body import URLENCODED
from platform_core.forms.entries import DAY, EntryKey, MailStatus
from platform_core.forms.mail import (
    CLAIM_SECONDS,
    MailDeps,
    retry_delay,
    send_due_mails,
    sweep_mails,
)
from platform_core.forms.receive import FormsDeps, receive_entry
from platform_core.webhooks.request import Request
from tests.fakes.forms import CONTACT, NOW, Killed, MemoryEntries, MemoryMailer, Steps

STEPS_OF_AN_ENTRY = 9
"""Three counters, the entry; a read, the claim, its mail, the mark; and none after them."""


class Form:
    """The visitor, the function and the sweep, on one clock."""

    def __init__(self, die_after: int | None = None) -> None:
        self.steps = Steps(die_after)
        self.entries = MemoryEntries(self.steps)
        self.mailer = MemoryMailer(self.steps)
        self.now = NOW
        self.lines: list[dict[str, object]] = []
        forms = {"contact": CONTACT}
        self.receiving = FormsDeps(
            forms, {"acme.example"}, "en", self.entries, self.entries, lambda: "salt"
        )
        self.mailing = MailDeps(
            forms, "acme.example", self.entries, self.mailer, lambda: self.now, self._log
        )

    def _log(self, message: str, /, **facts: object) -> None:
        self.lines.append(facts)

    def submit(self) -> None:
        headers = {"sec-fetch-site": "same-origin", "content-type": URLENCODED}
        values = {"email": "ann@example.org", "message": "Hello"}
        body = urlencode(values).encode()
        request = Request("POST", "/_forms/contact", headers, body, self.now)
        receive_entry(request, "contact", "192.0.2.1", self.receiving)

    def stream(self, keys: Iterator[EntryKey] | list[EntryKey]) -> None:
        send_due_mails(self.mailing, keys, self.now + 60)

    def sweep(self) -> None:
        sweep_mails(self.mailing, self.now + 60)


@pytest.mark.parametrize("step", range(1, STEPS_OF_AN_ENTRY + 1))
def test_a_crash_after_any_step_leaves_one_entry_and_one_mail_at_least(step: int) -> None:
    form = Form(die_after=step)
    with suppress(Killed):
        form.submit()
    if not form.entries.rows:
        form.submit()  # the visitor got no answer and sends the form again
    with suppress(Killed):
        form.stream(list(form.entries.rows))
    for _ in range(3):
        form.now += CLAIM_SECONDS
        form.sweep()
    [entry] = form.entries.rows.values()
    assert entry.mail is MailStatus.SENT
    assert 1 <= len(form.mailer.sent) <= 2
    assert (len(form.mailer.sent) == 2) == (step == 7), "only a death between mail and mark"


def test_two_workers_send_one_mail() -> None:
    form = Form()
    form.submit()
    keys = list(form.entries.rows)
    form.stream(keys)
    form.stream(keys)
    form.sweep()
    assert len(form.mailer.sent) == 1


def test_a_refused_mail_is_tried_until_the_entry_ends() -> None:
    form = Form()
    form.submit()
    form.mailer.refuses = lambda: "MessageRejected"
    attempts = 0
    while form.now < NOW + 89 * DAY:
        form.sweep()
        attempts += 1
        form.now += 6 * 3600
    [entry] = form.entries.rows.values()
    assert (entry.mail, entry.reason) == (MailStatus.FAILED, "MessageRejected")
    alarming = [line for line in form.lines if line.get(contract.ALARM)]
    assert len(alarming) == attempts - 2, "from the third attempt on"
    form.mailer.refuses = lambda: ""
    form.sweep()
    assert len(form.mailer.sent) == 1


def test_a_refused_reply_address_keeps_no_entry_from_its_recipient() -> None:
    form = Form()
    form.submit()
    form.mailer.refused_address = "ann@example.org"
    form.sweep()
    assert not form.mailer.sent
    form.now += retry_delay(1)
    form.sweep()
    [mail] = form.mailer.sent
    assert mail.reply_to == ""
    assert "ann@example.org" in mail.text


def test_no_mail_is_sent_after_the_term_of_an_entry() -> None:
    form = Form()
    form.submit()
    form.now += 90 * DAY
    form.sweep()
    assert not form.mailer.sent


def test_entries_of_a_removed_form_wait_without_alarms() -> None:
    form = Form()
    form.submit()
    form.mailing = replace(form.mailing, forms={})
    form.sweep()
    form.now += DAY
    form.sweep()
    [entry] = form.entries.rows.values()
    assert entry.mail is MailStatus.FAILED
    assert not form.lines


def test_the_mail_names_the_visitor_in_its_reply_address_only() -> None:
    form = Form()
    form.submit()
    form.sweep()
    [mail] = form.mailer.sent
    assert mail.reply_to == "ann@example.org"
    assert (mail.sender, mail.recipient) == ("hello@acme.example", "hello@acme.example")
    assert mail.subject == "New entry: contact, acme.example"
    assert "Message: Hello" in mail.text


def test_nothing_of_the_visitor_is_logged() -> None:
    form = Form()
    form.submit()
    form.sweep()
    [line] = form.lines
    assert line == {"form": "contact", "attempts": 1}


def test_attempts_come_less_often() -> None:
    delays = [retry_delay(attempts) for attempts in range(1, 12)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (300, 6 * 3600)
