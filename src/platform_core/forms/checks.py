"""Check a request and its values: the origin, the honeypot, the fields of the form."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from platform_core.forms.body import MAX_VALUE, Pair
from platform_core.forms.definition import FieldType, FormDefinition, FormField

_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,188}")
_DOMAIN: Final = re.compile(r"[^.]+(\.[^.]+)+")


class Problem(StrEnum):
    """A reason to ask the visitor again."""

    MISSING = "missing"
    NO_ADDRESS = "no_address"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    """No field is filled in. It belongs to no field."""


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """The values of the form's fields, and the problems by field name."""

    values: tuple[Pair, ...]
    problems: Mapping[str, Problem]


def is_same_origin(headers: Mapping[str, str], hosts: Collection[str]) -> bool:
    """Return whether a page of this site sends the request.

    Browsers decide it themselves and say so in Sec-Fetch-Site. Older ones send Origin, or only
    Referer. A site that hides its address from others makes Origin `null`, so it comes second.
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    source = headers.get("origin") or headers.get("referer") or ""
    try:
        host = urlsplit(source).hostname
    except ValueError:
        return False
    return host in hosts


def is_address(text: str) -> bool:
    """Return whether a text looks like one mail address, which a Reply-To may hold."""
    if len(text) > 254 or not text.isprintable() or not _ADDRESS.fullmatch(text):
        return False
    return _DOMAIN.fullmatch(text.rpartition("@")[2]) is not None


def has_honeypot(form: FormDefinition, pairs: Iterable[Pair]) -> bool:
    """Return whether the hidden field is filled in."""
    return any(name == form.honeypot and value.strip() for name, value in pairs)


def check_entry(form: FormDefinition, pairs: Iterable[Pair]) -> CheckedEntry:
    """Return the values of the form's own fields. All others are dropped.

    Inputs of one name, such as a group of checkboxes, make one value.
    """
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value.strip())
    values = tuple(
        (field.name, ", ".join(filter(None, sent.get(field.name, [])))) for field in form.fields
    )
    problems = {
        field.name: problem
        for field, (_, value) in zip(form.fields, values, strict=True)
        if (problem := _find_problem(field, value))
    }
    if not problems and not any(value for _, value in values):
        problems[""] = Problem.EMPTY
    return CheckedEntry(values, problems)


def _find_problem(field: FormField, value: str) -> Problem | None:
    if not value:
        return Problem.MISSING if field.required else None
    if len(value) > MAX_VALUE:
        return Problem.TOO_LONG
    if field.type == FieldType.EMAIL and not is_address(value):
        return Problem.NO_ADDRESS
    return None
