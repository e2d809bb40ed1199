"""Alarms: the alarms of all parts, their recipient, a dashboard and a budget."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, Self

from platform_cli.blueprint.binding import PartContext
from platform_cli.blueprint.stores import Expiry, LogAlarm, Store


class AlarmsSettings(Protocol):
    """The configuration that alarms read."""

    @property
    def dashboard(self) -> bool | None: ...
    @property
    def notify_email(self) -> str | None: ...
    @property
    def budget_usd_per_month(self) -> float | None: ...
    @property
    def service_tier(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The alarms that the other parts own; a dashboard from tier2 up or on request; a budget."""

    swept: ClassVar[tuple[str, ...]] = ()
    expiries: ClassVar[tuple[Expiry, ...]] = ()

    dashboard: bool = False
    notify_email: str | None = None
    budget_usd_per_month: float | None = None
    kind: Literal["alarms"] = "alarms"

    @classmethod
    def compose(cls, settings: AlarmsSettings, context: PartContext) -> Self:
        """Make the alarms, which every client has."""
        wants_dashboard = settings.dashboard
        if wants_dashboard is None:
            # A dashboard costs $3 a month, several times the rest of an idle tier1 client.
            wants_dashboard = settings.service_tier != "tier1"
        return cls(
            dashboard=wants_dashboard,
            notify_email=settings.notify_email,
            budget_usd_per_month=settings.budget_usd_per_month,
        )

    @property
    def stores(self) -> tuple[Store, ...]:
        return ()

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return ()
