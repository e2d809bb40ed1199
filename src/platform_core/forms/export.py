"""Entries as CSV, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from platform_core.forms.entries import FormEntry

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula (owasp.org, CSV Injection)."""
_FACTS: Final = ("form", "id", "received_at", "mail")


def entries_to_csv(entries: Iterable[FormEntry]) -> str:
    """Return a line for each entry, and a column for each field of any of them.

    A text that a spreadsheet would run as a formula begins with an apostrophe.
    """
    listed = list(entries)
    names = list(dict.fromkeys(name for entry in listed for name, _ in entry.values))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_FACTS, *map(escape_cell, names)])
    for entry in listed:
        values = dict(entry.values)
        facts = (entry.form, entry.id, entry.received_at, entry.mail)
        writer.writerow([*facts, *(escape_cell(values.get(name, "")) for name in names)])
    return text.getvalue()


def escape_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> escape_cell("=1+1"), escape_cell("+49 30 1234"), escape_cell("tea - and cake")
    ("'=1+1", "'+49 30 1234", 'tea - and cake')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
