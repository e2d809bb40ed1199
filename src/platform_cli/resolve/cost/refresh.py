"""AWS's own price list beside our book: what differs, and what cannot be told.

The shape is that of the public bulk offer files (docs.aws.amazon.com, "Reading the price list
files", read 2026-11-24); `deploy.offers` fetches them. Whatever is not exactly one product with
one price in the book's currency is a finding, never a guess.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple

import yaml
from pydantic import BaseModel, Field, ValidationError

from platform_cli.errors import Finding
from platform_cli.resolve.cost.book import Price, PriceBook

SOURCE: Final = "AWS Price List"
MOST_TIMES: Final = 3
"""A price that grows or shrinks more than so many times is likelier a wrong match than news."""
ATTRIBUTES: Final = ("usagetype", "group")
"""What a row of the book may ask of a product."""
GLOBAL: Final = "global"
"""Of a service that is sold at no region, such as Route 53's zones."""
LISTED: Final = 4
"""So many products are named where too many match."""

HEAD: Final = """\
# AWS's prices as `platform cost --refresh` read them: they lie over the bundled ones.
# as_of: the day of reading; published: when AWS last published the file they stand in.
"""


class OfferFile(NamedTuple):
    """One service's prices in one region, or in all of them: `global`."""

    offer: str
    region: str

    @property
    def path(self) -> str:
        region = "" if self.region == GLOBAL else f"/{self.region}"
        return f"/offers/v1.0/aws/{self.offer}/current{region}/index.json"


Amount = Annotated[Decimal, Field(ge=0, max_digits=30, decimal_places=20)]


class Dimension(BaseModel):
    """A price, from so many units on; a free allowance is one of price 0."""

    begin: Amount = Field(alias="beginRange")
    price: dict[str, Amount] = Field(alias="pricePerUnit")
    """By currency, for a single unit."""


class Term(BaseModel):
    """What one contract asks for a product."""

    dimensions: dict[str, Dimension] = Field(alias="priceDimensions", min_length=1)


class Product(BaseModel):
    attributes: dict[str, Any] = {}


class Terms(BaseModel):
    on_demand: dict[str, dict[str, Any]] = Field(alias="OnDemand")
    """By SKU, then by contract; read as a `Term` only where it is wanted."""


class Offer(BaseModel):
    """An offer file, as far as the book asks for it."""

    published: datetime = Field(alias="publicationDate")
    products: dict[str, Product]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars of the book's `per` units, and from where on they change."""

    usd: Decimal
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    def __str__(self) -> str:
        later = (f"{plain(usd)} from {begin:,f}" for begin, usd in self.tiers)
        return ", ".join((plain(self.usd), *later))


@dataclass(frozen=True, slots=True)
class Change:
    """A price that AWS lists, beside ours; both may be the same."""

    key: str
    old: Rate
    new: Rate
    sku: str
    published: date

    @property
    def differs(self) -> bool:
        return self.old != self.new

    @property
    def jumps(self) -> bool:
        """Whether it asks for a second look."""
        pairs = [(self.old.usd, self.new.usd)]
        pairs += [
            (old, new) for (_, old), (_, new) in zip(self.old.tiers, self.new.tiers, strict=False)
        ]
        return any(max(pair) > MOST_TIMES * min(pair) for pair in pairs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What AWS's list says of the book."""

    changes: tuple[Change, ...]
    doubts: tuple[Finding, ...]
    """Prices for which the list says several things, or nothing sensible."""
    missing: tuple[Finding, ...]
    """Prices of which the list says nothing."""


class _Doubtful(Exception):
    """Why what an offer says of a price cannot be taken over."""


class _Missing(Exception):
    """That an offer says nothing of a price."""


class _InFull(yaml.SafeDumper):
    """Writes a date each time, and not once with references to it."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def wanted(book: PriceBook) -> dict[OfferFile, list[Price]]:
    """The prices that AWS's files can tell, by the file that each stands in."""
    found = defaultdict(list)
    for price in book:
        if offer := price.price_list.get("offer"):
            file = OfferFile(offer, price.price_list.get("region", book.region))
            found[file].append(price)
    return dict(found)


def compare(book: PriceBook, offers: Mapping[OfferFile, Offer]) -> Comparison:
    """Every price of the book that names an offer file, beside what these say."""
    changes, doubts, missing = [], [], []
    for file, prices in wanted(book).items():
        for price in prices:
            try:
                changes.append(_change(price, file, offers.get(file), book.currency))
            except _Doubtful as reason:
                doubts.append(Finding(f"{file.offer}: {reason}", where=price.key))
            except _Missing as reason:
                missing.append(Finding(f"{file.offer}: {reason}", where=price.key))
    return Comparison(tuple(changes), tuple(doubts), tuple(missing))


def overlay(book: PriceBook, changes: Sequence[Change], read_on: date) -> str:
    """The workspace's own prices: these, and what earlier calls read and this one could not."""
    rows = {
        price.key: _row(Rate(price.usd, price.tiers), price.sku, price.as_of)
        for price in book
        if price.source == SOURCE
    }
    for change in changes:
        row = _row(change.new, change.sku, read_on)
        rows[change.key] = {**row, "published": change.published}
    return HEAD + yaml.dump({"prices": rows}, Dumper=_InFull, sort_keys=False)


def plain(amount: Decimal) -> str:
    """In digits, with cents at least.

    >>> plain(Decimal("0.2000000")), plain(Decimal("1E+1")), plain(Decimal("0.0000133334"))
    ('0.20', '10.00', '0.0000133334')
    """
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _change(price: Price, file: OfferFile, offer: Offer | None, currency: str) -> Change:
    if offer is None:
        raise _Missing(f"AWS has no such file for {file.region}")
    sku = _sku(price, offer)
    (_, usd), *later = _paid(sku, offer, currency)
    tiers = tuple((begin, asked * price.per) for begin, asked in later) if price.tiers else ()
    return Change(
        key=price.key,
        old=Rate(price.usd, price.tiers),
        new=Rate(usd * price.per, tiers),
        sku=sku,
        published=offer.published.date(),
    )


def _sku(price: Price, offer: Offer) -> str:
    """The one product that a row means: by its SKU, else by what it asks of the attributes."""
    if price.sku in offer.products:
        return price.sku
    asked = {name: price.price_list[name] for name in ATTRIBUTES if name in price.price_list}
    if not asked:
        raise _Missing(f"there is no SKU {price.sku} any more")
    matching = [
        sku
        for sku, product in offer.products.items()
        if all(product.attributes.get(name) == value for name, value in asked.items())
    ]
    described = ", ".join(f"{name} {value}" for name, value in asked.items())
    if not matching:
        raise _Missing(f"no product has {described}")
    if len(matching) > 1:
        some = ", ".join(sorted(matching)[:LISTED])
        raise _Doubtful(f"{len(matching)} products have {described}: {some}")
    return matching[0]


def _paid(sku: str, offer: Offer, currency: str) -> list[tuple[Decimal, Decimal]]:
    """(from so many units, the price of one), ascending: the allowance at price 0 is left out."""
    terms = offer.terms.on_demand.get(sku, {})
    if not terms:
        raise _Missing(f"{sku} has no price on demand")
    if len(terms) > 1:
        raise _Doubtful(f"{sku} has {len(terms)} prices on demand")
    try:
        term = Term.model_validate(*terms.values())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _Doubtful(f"the price of {sku} makes no sense: {place}: {first['msg']}") from None
    steps = sorted(_steps(sku, term, currency))
    if not steps:
        raise _Doubtful(f"{sku} costs nothing")
    if len({begin for begin, _ in steps}) < len(steps):
        raise _Doubtful(f"{sku} has two prices for the same units")
    return steps


def _steps(sku: str, term: Term, currency: str) -> Iterator[tuple[Decimal, Decimal]]:
    for dimension in term.dimensions.values():
        if currency not in dimension.price:
            raise _Doubtful(f"{sku} is priced in {', '.join(dimension.price)}, not in {currency}")
        if asked := dimension.price[currency]:
            yield dimension.begin, asked


def _row(rate: Rate, sku: str | None, as_of: date | None) -> dict[str, object]:
    tiers = [[int(begin), plain(usd)] for begin, usd in rate.tiers]
    return {
        "price": plain(rate.usd),
        **({"tiers": tiers} if tiers else {}),
        "sku": sku,
        "as_of": as_of,
        "source": SOURCE,
        "certainty": "A",
    }
