"""Content, in event-driven mode only: the table of items and the functions around it."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Self

from platform_cli.blueprint.binding import Binding, PartContext
from platform_cli.blueprint.stores import Expiry, Index, LogAlarm, Store, Table
from platform_core import contract

LISTED: Final = ("client_id", "content_type", "provider_name", "title")
"""Attributes of an item that a listing shows without reading the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Ingest, the content table, topics and the content API."""

    swept: ClassVar[tuple[str, ...]] = ("ingest",)
    expiries: ClassVar[tuple[Expiry, ...]] = ()

    bindings: tuple[Binding, ...]
    table: Table
    kind: Literal["content"] = "content"

    @classmethod
    def compose(cls, settings: object, context: PartContext) -> Self | None:
        """Make the content of an event-driven client that has a provider."""
        if not context.bindings or not context.is_event_driven:
            return None
        return cls(bindings=context.bindings, table=_table(context))

    @property
    def stores(self) -> tuple[Store, ...]:
        return (self.table,)

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        """Empty: the alarms that ingest logs belong to the webhooks."""
        return ()


def _table(context: PartContext) -> Table:
    return Table(
        id="ContentTable",
        name=context.names.content_table,
        attributes={
            contract.CONTENT_KEY: "S",
            contract.CONTENT_SORT: "S",
            "client_id": "S",
            "content_type": "S",
            "provider_name": "S",
            "updated_at": "S",
            "status": "S",
        },
        partition=contract.CONTENT_KEY,
        sort=contract.CONTENT_SORT,
        indexes=(
            Index(contract.CLIENT_TYPE_INDEX, "client_id", "content_type", "ALL"),
            Index(contract.PROVIDER_INDEX, "provider_name", "updated_at"),
            Index(contract.STATUS_INDEX, "status", "updated_at", "INCLUDE", LISTED),
        ),
        retained=context.retain_data,
    )
