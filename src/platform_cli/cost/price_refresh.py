"""Compare AWS's own price list with the price book.

The models follow the public bulk offer files (docs.aws.amazon.com, "Reading the price list files",
read 2026-11-24); `deploy.offers` fetches them. Anything other than exactly one product with one
price in the book's currency is a finding, never a guess.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple

import yaml
from pydantic import BaseModel, Field, ValidationError

from platform_cli.cost.price_book import PriceBook, UnitPrice
from platform_cli.errors import Finding

SOURCE: Final = "AWS Price List"
JUMP_FACTOR: Final = 3
"""A price that changes by more than this factor is more likely a wrong match than news."""
ATTRIBUTES: Final = ("usagetype", "group")
"""Product attributes that a row of the book can filter by."""
GLOBAL: Final = "global"
"""Region of services without regions, such as hosted zones of Route 53."""
MAX_LISTED_SKUS: Final = 4
"""Products that an error names if too many match."""

HEAD: Final = """\
# AWS prices, written by `platform cost --refresh`. They override the bundled prices.
# as_of: day of the refresh; published: day on which AWS last published the offer file.
"""


class OfferFile(NamedTuple):
    """The prices of one service in one region; `global` covers all regions."""

    offer: str
    region: str

    @property
    def path(self) -> str:
        region = "" if self.region == GLOBAL else f"/{self.region}"
        return f"/offers/v1.0/aws/{self.offer}/current{region}/index.json"


Amount = Annotated[Decimal, Field(ge=0, max_digits=30, decimal_places=20)]


class Dimension(BaseModel):
    """A price from a first unit on; a free allowance has the price 0."""

    begin: Amount = Field(alias="beginRange")
    price: dict[str, Amount] = Field(alias="pricePerUnit")
    """Price of a single unit by currency."""


class Term(BaseModel):
    """The prices of a product under one contract."""

    dimensions: dict[str, Dimension] = Field(alias="priceDimensions", min_length=1)


class Product(BaseModel):
    attributes: dict[str, Any] = {}


class Terms(BaseModel):
    on_demand: dict[str, dict[str, Any]] = Field(alias="OnDemand")
    """By SKU, then by contract. Parsed as a `Term` only if needed: a file holds thousands."""


class Offer(BaseModel):
    """The fields of an offer file that the book needs."""

    published: datetime = Field(alias="publicationDate")
    products: dict[str, Product]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars for the book's `per` units, with tiers."""

    usd: Decimal
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    def __str__(self) -> str:
        later = (f"{format_usd(usd)} from {first_unit:,f}" for first_unit, usd in self.tiers)
        return ", ".join((format_usd(self.usd), *later))


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price of the book with the price that AWS lists; both can be equal."""

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
        """Whether the price changed by more than `JUMP_FACTOR`."""
        pairs = [(self.old.usd, self.new.usd)]
        pairs += [
            (old, new) for (_, old), (_, new) in zip(self.old.tiers, self.new.tiers, strict=False)
        ]
        return any(max(pair) > JUMP_FACTOR * min(pair) for pair in pairs)


@dataclass(frozen=True, slots=True)
class PriceComparison:
    """The result of comparing the book with AWS's price list."""

    changes: tuple[PriceChange, ...]
    ambiguous: tuple[Finding, ...]
    """Prices for which the list has several values, or an invalid one."""
    missing: tuple[Finding, ...]
    """Prices that the list does not contain."""


class _AmbiguousPrice(Exception):
    """The reason why a listed price cannot be used."""


class _MissingPrice(Exception):
    """The reason why an offer file does not contain a price."""


class _DumperWithoutAliases(yaml.SafeDumper):
    """Writes a repeated date each time instead of a reference to the first."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def prices_by_offer_file(book: PriceBook) -> dict[OfferFile, list[UnitPrice]]:
    """Group the prices that AWS's files contain by offer file."""
    prices = defaultdict(list)
    for price in book:
        if offer := price.price_list.get("offer"):
            file = OfferFile(offer, price.price_list.get("region", book.region))
            prices[file].append(price)
    return dict(prices)


def compare_prices(book: PriceBook, offers: Mapping[OfferFile, Offer]) -> PriceComparison:
    """Compare each price of the book that names an offer file."""
    changes, ambiguous, missing = [], [], []
    for file, prices in prices_by_offer_file(book).items():
        for price in prices:
            try:
                changes.append(_compare_price(price, file, offers.get(file), book.currency))
            except _AmbiguousPrice as reason:
                ambiguous.append(Finding(f"{file.offer}: {reason}", where=price.key))
            except _MissingPrice as reason:
                missing.append(Finding(f"{file.offer}: {reason}", where=price.key))
    return PriceComparison(tuple(changes), tuple(ambiguous), tuple(missing))


def render_price_file(book: PriceBook, changes: Sequence[PriceChange], read_on: date) -> str:
    """Render the workspace's price file.

    Prices of an earlier refresh stay if AWS's list does not contain them now.
    """
    rows = {
        price.key: _make_price_row(Rate(price.usd, price.tiers), price.sku, price.as_of)
        for price in book
        if price.source == SOURCE
    }
    for change in changes:
        row = _make_price_row(change.new, change.sku, read_on)
        rows[change.key] = {**row, "published": change.published}
    return HEAD + yaml.dump({"prices": rows}, Dumper=_DumperWithoutAliases, sort_keys=False)


def format_usd(amount: Decimal) -> str:
    """Format dollars without an exponent and with at least two decimal places.

    >>> [format_usd(Decimal(text)) for text in ("0.2000000", "1E+1", "0.0000133334")]
    ['0.20', '10.00', '0.0000133334']
    """
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _compare_price(
    price: UnitPrice, file: OfferFile, offer: Offer | None, currency: str
) -> PriceChange:
    if offer is None:
        raise _MissingPrice(f"AWS publishes no such file for {file.region}")
    sku = _find_sku(price, offer)
    # A row of the book has tiers only if they matter at our volumes; otherwise the first price
    # applies to every quantity.
    (_, usd), *later = _list_tiers(sku, offer, currency)
    tiers = (
        tuple((first_unit, unit_usd * price.per) for first_unit, unit_usd in later)
        if price.tiers
        else ()
    )
    return PriceChange(
        key=price.key,
        old=Rate(price.usd, price.tiers),
        new=Rate(usd * price.per, tiers),
        sku=sku,
        published=offer.published.date(),
    )


def _find_sku(price: UnitPrice, offer: Offer) -> str:
    """Find the one product of a row: by its SKU, or else by its attributes."""
    if price.sku in offer.products:
        return price.sku
    filters = {name: price.price_list[name] for name in ATTRIBUTES if name in price.price_list}
    if not filters:
        raise _MissingPrice(f"the SKU {price.sku} no longer exists")
    matching = [
        sku
        for sku, product in offer.products.items()
        if all(product.attributes.get(name) == value for name, value in filters.items())
    ]
    described = ", ".join(f"{name} {value}" for name, value in filters.items())
    if not matching:
        raise _MissingPrice(f"no product has {described}")
    if len(matching) > 1:
        listed = ", ".join(sorted(matching)[:MAX_LISTED_SKUS])
        raise _AmbiguousPrice(f"{len(matching)} products have {described}: {listed}")
    return matching[0]


def _list_tiers(sku: str, offer: Offer, currency: str) -> list[tuple[Decimal, Decimal]]:
    """Return (first unit, unit price) pairs, ascending, without the free allowance."""
    terms = offer.terms.on_demand.get(sku, {})
    if not terms:
        raise _MissingPrice(f"{sku} has no on-demand price")
    if len(terms) > 1:
        raise _AmbiguousPrice(f"{sku} has {len(terms)} on-demand prices")
    try:
        term = Term.model_validate(*terms.values())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _AmbiguousPrice(f"the price of {sku} is not valid: {place}: {first['msg']}") from None
    tiers = sorted(_parse_tiers(sku, term, currency))
    if not tiers:
        raise _AmbiguousPrice(f"{sku} costs nothing")
    if len({first_unit for first_unit, _ in tiers}) < len(tiers):
        raise _AmbiguousPrice(f"{sku} has two prices for the same units")
    return tiers


def _parse_tiers(sku: str, term: Term, currency: str) -> Iterator[tuple[Decimal, Decimal]]:
    for dimension in term.dimensions.values():
        if currency not in dimension.price:
            raise _AmbiguousPrice(
                f"{sku} is priced in {', '.join(dimension.price)}, not in {currency}"
            )
        if unit_usd := dimension.price[currency]:
            yield dimension.begin, unit_usd


def _make_price_row(rate: Rate, sku: str | None, as_of: date | None) -> dict[str, object]:
    tiers = [[int(first_unit), format_usd(usd)] for first_unit, usd in rate.tiers]
    return {
        "price": format_usd(rate.usd),
        **({"tiers": tiers} if tiers else {}),
        "sku": sku,
        "as_of": as_of,
        "source": SOURCE,
        "certainty": "A",
    }
