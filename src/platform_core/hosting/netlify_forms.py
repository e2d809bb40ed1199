"""Find the forms that Netlify receives, in the source of a site.

Netlify reads them from the built pages: https://docs.netlify.com/forms/setup/ (from memory:
unverified). A source is a template or a component, so attributes with computed values are skipped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

LONGEST_FORM: Final = 50_000
"""Characters of a form's source that are searched for its fields."""
MARKS: Final = ("netlify", "data-netlify")
HONEYPOTS: Final = ("netlify-honeypot", "data-netlify-honeypot")
NO_FIELDS: Final = frozenset({"submit", "button", "reset", "image"})
TYPES: Final = frozenset({"email", "tel", "url", "checkbox"})
"""Types of inputs that a form of ours has as well. The others hold a text."""

_TAG: Final = re.compile(
    r"<(form|/form|input|textarea|select)\b"
    r"((?>[^<>\"'{]+|\"[^<\"]*\"|'[^<']*'|\{[^<{}]*\}|\{)*+)>",
    re.IGNORECASE,
)
"""No part of a tag matches `<`, so the search of a hostile text stays linear."""
_ATTRIBUTE: Final = re.compile(
    r"([\w:@.-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\}|([^\s>\"'{}]+)))?"
)
_PLAIN: Final = re.compile(r"[^{}<>$]*")


@dataclass(frozen=True, slots=True)
class NetlifyField:
    """An input, a textarea or a select with a name."""

    name: str
    type: str
    """`email`, `tel`, `url`, `checkbox`, `textarea` or `text`."""
    required: bool


@dataclass(frozen=True, slots=True)
class NetlifyForm:
    """A form with the mark of Netlify."""

    name: str
    """Empty if the source does not show it."""
    fields: tuple[NetlifyField, ...]
    honeypot: str
    thanks: str
    """Path of the page after an entry. Empty for Netlify's own."""
    takes_files: bool
    offset: int


def form_key(name: str) -> str:
    """Return the name of a form as a part of an address.

    >>> form_key("Contact Form"), form_key("rsvp_2026")
    ('contact-form', 'rsvp_2026')
    """
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40]


def find_netlify_forms(text: str) -> Iterator[NetlifyForm]:
    """Yield the forms of a source file."""
    tags = list(_TAG.finditer(text))
    for number, tag in enumerate(tags):
        attributes = _read_attributes(tag[2])
        if tag[1].lower() == "form" and _is_marked(attributes):
            yield _read_form(attributes, tag.start(), _tags_within(tags[number + 1 :], tag.end()))


def _tags_within(tags: list[re.Match[str]], start: int) -> Iterator[re.Match[str]]:
    for tag in tags:
        if tag[1].lower() in {"form", "/form"} or tag.start() - start > LONGEST_FORM:
            return
        yield tag


def _read_form(form: Mapping[str, str], offset: int, tags: Iterator[re.Match[str]]) -> NetlifyForm:
    honeypot = next((form[name] for name in HONEYPOTS if form.get(name)), "")
    fields: dict[str, NetlifyField] = {}
    takes_files = False
    for tag in tags:
        attributes = _read_attributes(tag[2])
        name, kind = attributes.get("name", ""), attributes.get("type", "text").lower()
        if tag[1].lower() == "input" and kind == "file":
            takes_files = True
            continue
        if not name or name in {"form-name", honeypot} or kind in NO_FIELDS:
            continue
        if tag[1].lower() != "input":
            kind = "textarea" if tag[1].lower() == "textarea" else "text"
        field = NetlifyField(name, _known_type(kind), "required" in attributes)
        fields.setdefault(name, field)
    action = form.get("action", "")
    return NetlifyForm(
        name=form.get("name", ""),
        fields=tuple(fields.values()),
        honeypot=honeypot,
        thanks=action if re.fullmatch(r"/[^/\\\s?#][^\\\s?#]*", action) else "",
        takes_files=takes_files,
        offset=offset,
    )


def _known_type(kind: str) -> str:
    return kind if kind in TYPES or kind == "textarea" else "text"


def _is_marked(attributes: Mapping[str, str]) -> bool:
    return any(attributes.get(name, "false").lower() != "false" for name in MARKS)


def _read_attributes(text: str) -> dict[str, str]:
    """Return the attributes by lower-case name, without those whose values are computed."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        value = next(filter(None, values), "")
        if _PLAIN.fullmatch(value):
            found.setdefault(name.lower(), value.strip())
    return found
