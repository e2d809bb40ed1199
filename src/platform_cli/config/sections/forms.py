"""The `site.forms` section of a client's file."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from platform_cli.config.fields import Email, Sentence, StrictModel, check_printable, invalid_value
from platform_core.forms.definition import FieldType, FormDefinition, FormField, forms_to_json

MAX_FORMS: Final = 10
MAX_FIELDS: Final = 40
MAX_BYTES: Final = 2400
"""Bytes of all definitions of a site. AWS allows 4 KB for all variables of a function."""
FORM_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.IGNORECASE)
THANKS: Final = re.compile(r"/(?![/\\])[^\s?#\\]{0,200}")
TYPES_BY_NAME: Final = {"email": FieldType.EMAIL, "message": FieldType.TEXTAREA}
"""Types of fields that are given by their name alone."""


def _check_form_name(name: str) -> str:
    if not FORM_NAME.fullmatch(name):
        raise invalid_value(
            f"{name!r} cannot be the name of a form",
            "up to 40 letters, digits, hyphens and underscores: it is a part of an address",
        )
    return name


def _check_thanks(path: str) -> str:
    if not THANKS.fullmatch(path):
        raise invalid_value(f"{path!r} is not a path of the site", "for example: /thank-you/")
    return path


FieldName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(check_printable)]
FormName = Annotated[str, AfterValidator(_check_form_name)]


def _accept_name(schema: dict[str, Any]) -> None:
    """Let the schema accept a field's name in place of its settings."""
    settings = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string", "minLength": 1, "maxLength": 64}, settings]


class FormFieldConfig(StrictModel):
    """A field of a form. Its name alone stands for a field that may stay empty."""

    model_config = ConfigDict(json_schema_extra=_accept_name)

    name: FieldName
    """Name of the input in the page."""
    label: Sentence = ""
    """Label in mails and pages. By default, the name."""
    type: FieldType | None = None
    """Kind of the field. By default email for `email`, textarea for `message`, else text."""
    required: bool = False
    """Whether an entry without it is refused."""

    @model_validator(mode="before")
    @classmethod
    def _read_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @property
    def definition(self) -> FormField:
        by_name = TYPES_BY_NAME.get(self.name.lower(), FieldType.TEXT)
        label = self.label or self.name.replace("_", " ").replace("-", " ").capitalize()
        return FormField(self.name, label, str(self.type or by_name), self.required)


class FormConfig(StrictModel):
    """A contact form of the site, by its name."""

    fields: list[FormFieldConfig] = Field(min_length=1, max_length=MAX_FIELDS)
    """Fields by name, in the order of the mail. Inputs with other names are dropped."""
    notify: Email
    """E-mail address that receives every entry."""
    sender: Email | None = None
    """Sender of these mails, an address or domain verified at Amazon SES. By default, notify."""
    keep_days: int = Field(default=90, ge=1, le=3650)
    """Days after which an entry is deleted."""
    thanks: Annotated[str, AfterValidator(_check_thanks)] | None = None
    """Path of the page after an entry, such as /thank-you/. By default, a page of the platform."""
    honeypot: FieldName = "bot-field"
    """Name of a hidden input that only programs fill in. Their entries are dropped."""

    @model_validator(mode="after")
    def _check_names(self) -> "FormConfig":
        names = [field.name for field in self.fields]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise invalid_value(f"the field {name} stands twice", "remove one", field="fields")
        if self.honeypot in names:
            raise invalid_value(
                f"{self.honeypot} is a field of the form, and no hidden input",
                "remove it from fields, or name another honeypot",
                field="fields",
            )
        return self

    def to_definition(self, name: str) -> FormDefinition:
        return FormDefinition(
            name=name,
            fields=tuple(field.definition for field in self.fields),
            notify=self.notify,
            sender=self.sender or self.notify,
            keep_days=self.keep_days,
            thanks=self.thanks or "",
            honeypot=self.honeypot,
        )


def list_definitions(forms: dict[str, FormConfig]) -> tuple[FormDefinition, ...]:
    """Return the definitions of the forms, by name."""
    return tuple(forms[name].to_definition(name) for name in sorted(forms))


def _check_size(forms: dict[str, FormConfig]) -> dict[str, FormConfig]:
    folded = [name.lower() for name in forms]
    if len(set(folded)) < len(folded):
        raise invalid_value("two forms differ in upper and lower case only", "rename one")
    size = len(forms_to_json(list_definitions(forms)).encode())
    if size > MAX_BYTES:
        raise invalid_value(
            f"the forms take {size} bytes, and a function has room for {MAX_BYTES}",
            "use fewer fields or shorter labels",
        )
    return forms


SiteForms = Annotated[
    dict[FormName, FormConfig], Field(max_length=MAX_FORMS), AfterValidator(_check_size)
]
