"""The price book: the AWS price of each unit, with its source, date and certainty.

A workspace's own `prices.yaml`, written by `platform cost --refresh`, overrides the bundled prices.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from platform_cli.cost.amounts import ZERO
from platform_cli.errors import ConfigError, Finding

BUNDLED_FILE: Final = Path(__file__).with_name("prices.yaml")
WORKSPACE_FILE: Final = "prices.yaml"
"""File name of the refreshed prices in the root of a workspace."""

UNVERIFIED: Final = "D"
"""Certainty of a figure that was written from memory."""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """An AWS price: `usd` for `per` units, below the first tier."""

    key: str
    label: str
    usd: Decimal
    per: int
    unit: str
    certainty: str
    source: str
    as_of: date | None
    free: Decimal = ZERO
    """Free units per month of an account, shared by all its clients."""
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()
    """(first unit, dollars for `per` units), ascending."""
    sku: str | None = None
    price_list: Mapping[str, str] = field(default_factory=dict)
    """Offer, usage type and other keys that locate the price in AWS's offer files."""
    note: str = ""

    def charge(self, quantity: Decimal) -> Decimal:
        """Compute the dollars at list price, without the free allowance."""
        total, rest = ZERO, quantity
        # From the highest tier down: each tier takes the units above its first one.
        for first_unit, usd in reversed(self.tiers):
            if rest > first_unit:
                total += (rest - first_unit) * usd / self.per
                rest = first_unit
        return total + rest * self.usd / self.per

    def charge_beyond_free(self, quantity: Decimal) -> Decimal:
        """Compute the dollars if this quantity may use the whole free allowance."""
        return self.charge(max(ZERO, quantity - self.free))

    @property
    def verified(self) -> bool:
        return self.certainty != UNVERIFIED

    def stale(self, today: date, after_days: int) -> bool:
        """Return whether the price is too old to rely on. A price without a date is stale."""
        return self.as_of is None or (today - self.as_of).days > after_days


@dataclass(frozen=True, slots=True)
class PaymentGateway:
    """The fees of a payment gateway for a card payment."""

    label: str
    fee_percent: Decimal
    fee_fixed_usd: Decimal
    certainty: str
    source: str
    as_of: date

    def fee_usd(self, order_usd: Decimal) -> Decimal:
        """Compute the fee of one order in dollars."""
        return order_usd * self.fee_percent / 100 + self.fee_fixed_usd

    @property
    def terms(self) -> str:
        return f"{self.fee_percent} % + ${self.fee_fixed_usd} of an order"


@dataclass(frozen=True, slots=True)
class CdnPlan:
    """A flat-rate plan of CloudFront for one distribution."""

    price: str
    """Key of its price in the book."""
    included: tuple[str, ...]
    """Keys of the prices that the plan covers."""
    limits: Mapping[str, Decimal]
    """Maximum monthly quantity, by price key."""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All prices, in one region and currency."""

    region: str
    currency: str
    hours_per_month: Decimal
    stale_after_days: int
    prices: Mapping[str, UnitPrice]
    gateway: PaymentGateway
    plans: Mapping[str, CdnPlan]
    """CDN plans by name."""

    def __getitem__(self, key: str) -> UnitPrice:
        return self.prices[key]

    def __iter__(self) -> Iterator[UnitPrice]:
        return iter(self.prices.values())


def load_price_book(workspace: Path | None = None) -> PriceBook:
    """Load the bundled prices, overridden by the refreshed prices of this workspace.

    Raises `ConfigError` if the workspace's file is not a valid price file.
    """
    bundled = _load_bundled()
    file = workspace / WORKSPACE_FILE if workspace else None
    if file is None or not file.is_file():
        return bundled
    try:
        document = _read_yaml(file)
        rows = {key: {**_bundled_rows()[key], **row} for key, row in document["prices"].items()}
        prices = _parse_prices(rows, document.get("sources", {}))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        finding = Finding(
            f"not a valid price file ({type(error).__name__}: {error})",
            where=str(file),
            hint="delete it and run `platform cost --refresh` to write a new one",
        )
        raise ConfigError((finding,)) from error
    return replace(bundled, prices={**bundled.prices, **prices})


@cache
def _load_bundled() -> PriceBook:
    document = _read_yaml(BUNDLED_FILE)
    return PriceBook(
        region=document["region"],
        currency=document["currency"],
        hours_per_month=Decimal(document["hours_per_month"]),
        stale_after_days=document["stale_after_days"],
        prices=_parse_prices(document["prices"], document["sources"]),
        gateway=_parse_gateway(document["gateway"]),
        plans=_parse_cdn_plans(document),
    )


def _parse_cdn_plans(document: Mapping[str, Any]) -> dict[str, CdnPlan]:
    included = tuple(document["plans_hold"])
    limit_keys = {"requests": "cloudfront.https.req", "gb": "cloudfront.egress.us.gb"}
    return {
        name: CdnPlan(
            price=row["price"],
            included=included,
            limits={key: Decimal(row[field]) for field, key in limit_keys.items() if field in row},
        )
        for name, row in document["plans"].items()
    }


def _bundled_rows() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = _read_yaml(BUNDLED_FILE)["prices"]
    return rows


def _read_yaml(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _parse_prices(rows: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, UnitPrice]:
    return {key: _parse_price(key, row, sources) for key, row in rows.items()}


def _parse_price(key: str, row: Mapping[str, Any], sources: Mapping[str, Any]) -> UnitPrice:
    # A row names an entry of `sources`, or states its own source as text.
    source = sources.get(row["source"]) or {"what": row["source"], "as_of": None}
    return UnitPrice(
        key=key,
        label=row["label"],
        usd=Decimal(row["price"]),
        per=row["per"],
        unit=row["unit"],
        certainty=row["certainty"],
        source=source["what"],
        as_of=row.get("as_of") or source["as_of"],
        free=Decimal(row.get("free", 0)),
        tiers=_parse_tiers(row.get("tiers", ())),
        sku=row.get("sku"),
        price_list=row.get("price_list", {}),
        note=row.get("note", ""),
    )


def _parse_tiers(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(first_unit), Decimal(usd)) for first_unit, usd in rows)


def _parse_gateway(row: Mapping[str, Any]) -> PaymentGateway:
    return PaymentGateway(
        label=row["label"],
        fee_percent=Decimal(row["fee_percent"]),
        fee_fixed_usd=Decimal(row["fee_fixed_usd"]),
        certainty=row["certainty"],
        source=row["source"],
        as_of=row["as_of"],
    )
