"""Values that several subjects of the shop share. Amounts are integers in minor units."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    name: str
    lines: tuple[str, ...]
    """Street and house number, and what the postal service needs besides."""
    city: str
    country: str
    """ISO 3166-1 alpha-2, such as `DE`."""
    postal_code: str = ""
    region: str = ""
    """State or province, where the country has them in addresses."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The part of an address that decides taxes and shipping."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Units of one SKU."""

    sku: str
    units: int
