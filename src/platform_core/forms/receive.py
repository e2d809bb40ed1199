"""Receive an entry: check it, store it, and answer with a page or a redirect.

The mail is sent later, from the stored entry, so an entry is never lost with its mail.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from platform_core.forms import pages
from platform_core.forms.body import MAX_BODY, FileSent, UnreadableForm, parse_form
from platform_core.forms.checks import check_entry, has_honeypot, is_same_origin
from platform_core.forms.definition import FormDefinition
from platform_core.forms.entries import FormEntry, StoredEntries
from platform_core.forms.limits import EntryCounters, allow_entry
from platform_core.webhooks.request import Request

SEE_OTHER: Final = 303
"""A reload of the next page does not send the form again."""


class FormOutcome(StrEnum):
    """Result of a request, as the log names it."""

    STORED = "stored"
    REPEATED = "repeated"
    """The same entry of the same day is stored already."""
    TRAPPED = "trapped"
    """The hidden field was filled in. The sender gets the answer to an entry."""
    INVALID = "invalid"
    OTHER_ORIGIN = "other_origin"
    TOO_LARGE = "too_large"
    FILE = "file"
    UNREADABLE = "unreadable"
    TOO_MANY = "too_many"
    UNKNOWN_FORM = "unknown_form"
    PAGE = "page"
    """The page after an entry."""


@dataclass(frozen=True, slots=True)
class FormResponse:
    """The answer: a page, or the path of another one."""

    outcome: FormOutcome
    status: int
    body: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class FormsDeps:
    """Everything that receiving an entry needs."""

    forms: Mapping[str, FormDefinition]
    hosts: Collection[str]
    """Host names of the site."""
    language: str
    entries: StoredEntries
    counters: EntryCounters
    make_salt: Callable[[], str]


_REFUSALS: Final[Mapping[FormOutcome, tuple[int, str]]] = {
    FormOutcome.OTHER_ORIGIN: (403, "other_site"),
    FormOutcome.TOO_LARGE: (413, "too_large"),
    FormOutcome.FILE: (422, "file"),
    FormOutcome.UNREADABLE: (400, "unreadable"),
    FormOutcome.TOO_MANY: (429, "too_many"),
    FormOutcome.UNKNOWN_FORM: (404, "unknown_form"),
}
"""Outcome -> status, and the sentence of the page."""


def receive_entry(request: Request, name: str, address: str, deps: FormsDeps) -> FormResponse:
    """Receive one request to a form. `address` is the network address of the visitor."""
    form = deps.forms.get(name)
    if form is None:
        return _refuse(FormOutcome.UNKNOWN_FORM, deps)
    if not is_same_origin(request.headers, deps.hosts):
        return _refuse(FormOutcome.OTHER_ORIGIN, deps)
    if len(request.body) > MAX_BODY:
        return _refuse(FormOutcome.TOO_LARGE, deps)
    try:
        pairs = parse_form(request.headers.get("content-type", ""), request.body)
    except FileSent:
        return _refuse(FormOutcome.FILE, deps)
    except UnreadableForm:
        return _refuse(FormOutcome.UNREADABLE, deps)
    if has_honeypot(form, pairs):
        return FormResponse(FormOutcome.TRAPPED, SEE_OTHER, location=form.thanks_path)
    checked = check_entry(form, pairs)
    if checked.problems:
        page = pages.render_problems(form, checked, deps.language)
        return FormResponse(FormOutcome.INVALID, 422, page)
    if not allow_entry(deps.counters, address, request.received_at, deps.make_salt):
        return _refuse(FormOutcome.TOO_MANY, deps)
    is_new = deps.entries.add(FormEntry.create(form, checked.values, request.received_at))
    outcome = FormOutcome.STORED if is_new else FormOutcome.REPEATED
    return FormResponse(outcome, SEE_OTHER, location=form.thanks_path)


def show_thanks(name: str, deps: FormsDeps) -> FormResponse:
    """Return the page after an entry."""
    if name not in deps.forms:
        return _refuse(FormOutcome.UNKNOWN_FORM, deps)
    return FormResponse(FormOutcome.PAGE, 200, pages.render_thanks(deps.language))


def _refuse(outcome: FormOutcome, deps: FormsDeps) -> FormResponse:
    status, sentence = _REFUSALS[outcome]
    return FormResponse(outcome, status, pages.render_refusal(sentence, deps.language))
