"""The definition of a form, as the client's file gives it to the function."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from platform_core import contract


class FieldType(StrEnum):
    """The kind of input that a field is. It decides the check of a value and the page's markup."""

    TEXT = "text"
    EMAIL = "email"
    TEL = "tel"
    URL = "url"
    TEXTAREA = "textarea"
    CHECKBOX = "checkbox"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    name: str
    label: str
    type: str = FieldType.TEXT
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """A form: its fields, the recipient of its entries, and the term of an entry."""

    name: str
    fields: tuple[FormField, ...]
    notify: str
    """Mail address that receives the entries."""
    sender: str
    """Mail address in the mail's From. It is verified at SES."""
    keep_days: int
    thanks: str = ""
    """Path of the page after an entry. Empty for the page of ours."""
    honeypot: str = "bot-field"
    """Name of a hidden field, which only programs fill in."""

    @property
    def path(self) -> str:
        """The address of the form on its site."""
        return contract.FORMS_PATH + self.name

    @property
    def thanks_path(self) -> str:
        """The address of the page after an entry."""
        return self.thanks or f"{self.path}/thanks"

    def public(self) -> Self:
        """Return what visitors may know: without mail addresses and term."""
        return replace(self, notify="", sender="", keep_days=0)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        fields = tuple(FormField(**field) for field in values["fields"])
        return cls(**{**values, "fields": fields})


def forms_to_json(forms: Iterable[FormDefinition]) -> str:
    """Return the definitions as `contract.FORMS` holds them."""
    rows = [asdict(form) for form in forms]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def forms_from_json(text: str) -> dict[str, FormDefinition]:
    """Return the definitions by name."""
    forms = map(FormDefinition.from_dict, json.loads(text))
    return {form.name: form for form in forms}
