"""Forms: the API and the function of contact forms, and the table of their entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Protocol, Self

from platform_cli.blueprint.binding import PartContext
from platform_cli.blueprint.stores import Expiry, Index, LogAlarm, Store, Table
from platform_core import contract
from platform_core.forms.definition import FormDefinition

TABLE_PURPOSE: Final = "form-entries"
"""The end of the table's name."""


class FormSettings(Protocol):
    """The forms and the language of a site."""

    @property
    def language(self) -> str: ...
    @property
    def form_definitions(self) -> Sequence[FormDefinition]: ...


class FormsSettings(Protocol):
    """The configuration that forms read."""

    @property
    def domain(self) -> str: ...
    @property
    def site(self) -> FormSettings: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Contact forms: their API at a path of the site, the function and the entries."""

    swept: ClassVar[tuple[str, ...]] = ("forms",)
    expiries: ClassVar[tuple[Expiry, ...]] = ()

    forms: tuple[FormDefinition, ...]
    domain: str
    language: str
    table: Table
    kind: Literal["forms"] = "forms"

    @classmethod
    def compose(cls, settings: FormsSettings, context: PartContext) -> Self | None:
        """Make the forms of a site that has some."""
        forms = tuple(settings.site.form_definitions)
        if not forms:
            return None
        return cls(
            forms=forms,
            domain=settings.domain,
            language=settings.site.language,
            table=_table(context),
        )

    @property
    def stores(self) -> tuple[Store, ...]:
        return (self.table,)

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return (
            LogAlarm(
                "form-mails",
                contract.ALARM_FORM_MAIL,
                "forms",
                "The mail of a form's entry could not be sent three times: see "
                "`platform forms list` and `platform doctor`. It is tried again.",
            ),
        )


def _table(context: PartContext) -> Table:
    return Table(
        id="FormsTable",
        name=context.names.table(TABLE_PURPOSE),
        attributes={
            contract.FORMS_KEY: "S",
            contract.FORMS_SORT: "S",
            contract.PENDING: "S",
            contract.MAIL_AT: "N",
        },
        partition=contract.FORMS_KEY,
        sort=contract.FORMS_SORT,
        indexes=(Index(contract.MAIL_INDEX, contract.PENDING, contract.MAIL_AT),),
        stream="KEYS_ONLY",
        retained=context.retain_data,
    )
