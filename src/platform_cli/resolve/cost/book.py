"""The price book: what AWS asks for one unit of each thing, with its source, date and certainty.

A workspace's own `prices.yaml`, which `platform cost --refresh` writes, lies over the bundled one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from platform_cli.errors import ConfigError, Finding
from platform_cli.resolve.cost.amounts import ZERO

BUNDLED: Final = Path(__file__).with_name("prices.yaml")
OWN: Final = "prices.yaml"
"""Name of the refreshed prices in the root of a workspace."""

UNVERIFIED: Final = "D"


@dataclass(frozen=True, slots=True)
class Price:
    """What AWS asks: `usd` for `per` units, until a tier begins."""

    key: str
    label: str
    usd: Decimal
    per: int
    unit: str
    certainty: str
    source: str
    as_of: date | None
    free: Decimal = ZERO
    """Units a month that an account has for nothing, shared by all its clients."""
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()
    """(from so many units, dollars for `per` of them), ascending."""
    sku: str | None = None
    price_list: Mapping[str, str] = field(default_factory=dict)
    """Offer, usage type and the like: where to find it in AWS's offer files."""
    note: str = ""

    def charge(self, quantity: Decimal) -> Decimal:
        """Dollars at list price, no free units taken off."""
        total, above = ZERO, quantity
        for begin, usd in reversed(self.tiers):
            if above > begin:
                total += (above - begin) * usd / self.per
                above = begin
        return total + above * self.usd / self.per

    def charge_beyond_free(self, quantity: Decimal) -> Decimal:
        """Dollars where the whole free allowance is spent on this quantity."""
        return self.charge(max(ZERO, quantity - self.free))

    @property
    def verified(self) -> bool:
        return self.certainty != UNVERIFIED

    def stale(self, today: date, after_days: int) -> bool:
        """Whether it is too old to rely on; a price without a date is."""
        return self.as_of is None or (today - self.as_of).days > after_days


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a payment gateway takes of a card payment."""

    label: str
    fee_percent: Decimal
    fee_fixed_usd: Decimal
    certainty: str
    source: str
    as_of: date

    def of(self, order_usd: Decimal) -> Decimal:
        """Dollars of one order."""
        return order_usd * self.fee_percent / 100 + self.fee_fixed_usd

    @property
    def terms(self) -> str:
        return f"{self.fee_percent} % + ${self.fee_fixed_usd} of an order"


@dataclass(frozen=True, slots=True)
class EdgePlan:
    """A flat-rate plan of CloudFront for one distribution."""

    price: str
    """Its key in the book."""
    holds: tuple[str, ...]
    """Keys of what is not charged for beside it."""
    most: Mapping[str, Decimal]
    """So much of some of them, at most; by key."""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All prices, of one region and currency."""

    region: str
    currency: str
    hours_per_month: Decimal
    stale_after_days: int
    prices: Mapping[str, Price]
    gateway: Gateway
    plans: Mapping[str, EdgePlan]
    """Of the edge, by name."""

    def __getitem__(self, key: str) -> Price:
        return self.prices[key]

    def __iter__(self) -> Iterator[Price]:
        return iter(self.prices.values())


def load(workspace: Path | None = None) -> PriceBook:
    """The bundled prices, and over them those that this workspace has refreshed.

    Raises `ConfigError` for a file that is not one of prices.
    """
    bundled = _bundled()
    own = workspace / OWN if workspace else None
    if own is None or not own.is_file():
        return bundled
    try:
        refreshed = _read(own)
        laid_over = {key: {**_rows()[key], **row} for key, row in refreshed["prices"].items()}
        prices = _prices(laid_over, refreshed.get("sources", {}))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        finding = Finding(
            f"not a file of prices ({type(error).__name__}: {error})",
            where=str(own),
            hint="delete it, and `platform cost --refresh` writes it anew",
        )
        raise ConfigError((finding,)) from error
    return replace(bundled, prices={**bundled.prices, **prices})


@cache
def _bundled() -> PriceBook:
    raw = _read(BUNDLED)
    return PriceBook(
        region=raw["region"],
        currency=raw["currency"],
        hours_per_month=Decimal(raw["hours_per_month"]),
        stale_after_days=raw["stale_after_days"],
        prices=_prices(raw["prices"], raw["sources"]),
        gateway=_gateway(raw["gateway"]),
        plans=_plans(raw),
    )


def _plans(raw: Mapping[str, Any]) -> dict[str, EdgePlan]:
    holds = tuple(raw["plans_hold"])
    bounds = {"requests": "cloudfront.https.req", "gb": "cloudfront.egress.us.gb"}
    return {
        name: EdgePlan(
            price=row["price"],
            holds=holds,
            most={key: Decimal(row[bound]) for bound, key in bounds.items() if bound in row},
        )
        for name, row in raw["plans"].items()
    }


def _rows() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = _read(BUNDLED)["prices"]
    return rows


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _prices(rows: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Price]:
    return {key: _price(key, row, sources) for key, row in rows.items()}


def _price(key: str, row: Mapping[str, Any], sources: Mapping[str, Any]) -> Price:
    source = sources.get(row["source"]) or {"what": row["source"], "as_of": None}
    return Price(
        key=key,
        label=row["label"],
        usd=Decimal(row["price"]),
        per=row["per"],
        unit=row["unit"],
        certainty=row["certainty"],
        source=source["what"],
        as_of=row.get("as_of") or source["as_of"],
        free=Decimal(row.get("free", 0)),
        tiers=_tiers(row.get("tiers", ())),
        sku=row.get("sku"),
        price_list=row.get("price_list", {}),
        note=row.get("note", ""),
    )


def _tiers(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(begin), Decimal(usd)) for begin, usd in rows)


def _gateway(row: Mapping[str, Any]) -> Gateway:
    return Gateway(
        label=row["label"],
        fee_percent=Decimal(row["fee_percent"]),
        fee_fixed_usd=Decimal(row["fee_fixed_usd"]),
        certainty=row["certainty"],
        source=row["source"],
        as_of=row["as_of"],
    )
