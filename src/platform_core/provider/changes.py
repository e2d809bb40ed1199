"""The effects of a delivery: on the content of a site, or on stored personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from platform_core.content.model import UnifiedContent

CUSTOMER_ERASED: Final = "customer.erased"
SHOP_ERASED: Final = "shop.erased"
DATA_REQUESTED: Final = "customer.data_requested"
"""Type of the `Signal` for a customer who asks for the data that is stored about them."""


@dataclass(frozen=True, slots=True)
class Upsert:
    """An item that the vendor has created or changed."""

    item: "UnifiedContent"
    authoritative: bool = False
    """True if it was just read from the vendor's API. Such an item may replace stored content of an
    equal version."""


@dataclass(frozen=True, slots=True)
class Removal:
    """An item that the vendor has deleted or unpublished."""

    content_id: str
    content_type: str
    version: int | None = None
    """The vendor's version of the deletion. None ranks it just above the stored version."""


@dataclass(frozen=True, slots=True)
class Signal:
    """An event that changes no content of the site, for example an order or a ping."""

    event_type: str
    subject_id: str
    data: Mapping[str, object] = field(default_factory=dict)
    """Ids, lines and totals only, never personal data."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A vendor's request to erase what is stored about a customer, or about all of a shop's.

    It erases stored deliveries of the same provider, and no content of the site.
    """

    subject_id: str
    """Id of the customer or the shop at the vendor."""
    orders: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    is_whole_shop: bool = False
    """True if every delivery of the provider is erased."""

    def as_signal(self) -> Signal:
        """Return the event of the request: subscribers may have stored the orders as well."""
        if self.is_whole_shop:
            return Signal(SHOP_ERASED, self.subject_id)
        return Signal(CUSTOMER_ERASED, self.subject_id, {"orders": list(self.orders)})


Change = Upsert | Removal | Signal | Erasure
Part = Callable[[], Change | None]
"""Reads one change of a delivery; None if it changes nothing on the site.

Raises `Malformed`, or a `PipelineError` with `retry`.
"""
