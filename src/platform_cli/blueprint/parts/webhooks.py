"""Webhooks: the HTTP API, the router function and the inbox of deliveries."""

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, Protocol, Self

from platform_cli.blueprint.binding import Binding, PartContext
from platform_cli.blueprint.stores import Expiry, Index, LogAlarm, Store, Table
from platform_core import contract
from platform_core.webhooks.addresses import AddressTokens

MINUTES_A_DAY: Final = 24 * 60

LISTED: Final = ("provider", "status", "reason", "attempts", "event_ids", "request_id")
"""Attributes of a delivery that `platform events` shows without reading the row."""

SecretStore = Literal["ssm", "secretsmanager"]


class WebhooksSettings(Protocol):
    """The configuration that webhooks read."""

    @property
    def secret_store(self) -> SecretStore: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """The HTTP API, the router function and the inbox."""

    swept: ClassVar[tuple[str, ...]] = ()
    expiries: ClassVar[tuple[Expiry, ...]] = (
        Expiry(contract.RAW_BODIES, days=90),
        # Longer than its row, which TTL deletes some days after its term.
        Expiry(contract.BODIES_SET_ASIDE, days=100),
    )

    bindings: tuple[Binding, ...]
    secret_store: SecretStore = "ssm"  # noqa: S105 (the name of a store)
    inbox: Table
    worker: Literal["ingest", "builder"]
    """Purpose of the function that applies the deliveries."""
    address_tokens: AddressTokens = field(default_factory=AddressTokens)
    """The open form, until the deployed stack or a rotation says otherwise."""
    kind: Literal["webhooks"] = "webhooks"

    @classmethod
    def compose(cls, settings: WebhooksSettings, context: PartContext) -> Self | None:
        """Make the webhooks of a client that has a provider."""
        if not context.bindings:
            return None
        return cls(
            bindings=context.bindings,
            secret_store=settings.secret_store,
            inbox=_inbox(context),
            worker="ingest" if context.is_event_driven else "builder",
        )

    @property
    def stores(self) -> tuple[Store, ...]:
        return (self.inbox,)

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return (
            LogAlarm(
                "oldest-pending",
                contract.ALARM_PENDING,
                self.worker,
                "A delivery has waited for more than fifteen minutes: see `platform events`.",
                within_minutes=10,
            ),
            LogAlarm(
                "signature-failures",
                contract.ALARM_SIGNATURE,
                "webhook-router",
                "Many deliveries could not prove themselves: a secret differs from the vendor's, "
                "or somebody tries. See `platform secrets list`.",
                at_least=10,
            ),
            LogAlarm(
                "registration-silent",
                contract.ALARM_SILENT,
                self.worker,
                "A vendor shows changes that never came in: see `platform webhooks verify` and "
                "`platform deadletters list`, then bring them in by `platform sync`.",
                # The builder compares with each vendor once a day.
                within_minutes=MINUTES_A_DAY,
            ),
        )


def _inbox(context: PartContext) -> Table:
    """Return the table of deliveries.

    Its stream contains keys only. A reader fetches the row and so never sees an old version.
    """
    return Table(
        id="InboxTable",
        name=context.names.inbox_table,
        attributes={
            contract.INBOX_KEY: "S",
            contract.PENDING: "S",
            "client_id": "S",
            contract.RECEIVED_AT: "N",
        },
        partition=contract.INBOX_KEY,
        indexes=(
            Index(contract.PENDING_INDEX, contract.PENDING, contract.RECEIVED_AT),
            Index(contract.RECENT_INDEX, "client_id", contract.RECEIVED_AT, "INCLUDE", LISTED),
        ),
        stream="KEYS_ONLY",
        retained=context.retain_data,
    )
