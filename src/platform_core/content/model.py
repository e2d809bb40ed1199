"""The unified content model: one shape for every provider and every engine (L-01..L-15).

A provider's content module builds `UnifiedContent`. The content table, the events and the feed are
derived from it. Money is `Decimal` here and integer minor units in the feed, never a float.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from platform_core import contract
from platform_core.content.ids import is_content_id
from platform_core.errors import Malformed

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]*$")
UNTITLED: Final = "Untitled"
"""The title of an item that has none."""


class ContentType(StrEnum):
    """The type of an item (L-01). An `order` (C-20) never becomes a page."""

    PRODUCT = "product"
    ARTICLE = "article"
    PAGE = "page"
    COLLECTION = "collection"
    MEDIA = "media"
    ORDER = "order"


class ContentStatus(StrEnum):
    """The publication state of an item (L-02).

    Only `published` items reach a site; drafts do with PREVIEW=1.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class _Model(BaseModel):
    model_config = ConfigDict(
        str_strip_whitespace=True, validate_assignment=True, extra="forbid", allow_inf_nan=False
    )


class MediaAsset(_Model):
    """An image or file. `url` is absolute."""

    id: str
    url: str
    alt_text: str | None = None
    width: int | None = Field(default=None, ge=0)
    height: int | None = Field(default=None, ge=0)
    file_size: int | None = Field(default=None, ge=0)
    mime_type: str | None = None


def _require_content_id(content_id: str) -> str:
    if not is_content_id(content_id):
        raise ValueError("empty, or too long for a table key")
    return content_id


Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)]


class Price(_Model):
    """Money in major units of an ISO-4217 currency."""

    amount: Amount
    currency_code: str = Field(pattern=r"^[A-Z]{3}$")
    compare_at_amount: Amount | None = None


class InventoryPolicy(StrEnum):
    DENY = "deny"
    CONTINUE = "continue"


class Inventory(_Model):
    quantity: int = Field(ge=0)
    track_quantity: bool = True
    continue_selling_when_out_of_stock: bool = False
    inventory_policy: InventoryPolicy = InventoryPolicy.DENY

    @property
    def available(self) -> bool:
        """True if a visitor can buy one unit now."""
        return (
            not self.track_quantity
            or self.quantity > 0
            or self.continue_selling_when_out_of_stock
            or self.inventory_policy is InventoryPolicy.CONTINUE
        )


class ProductVariant(_Model):
    id: str
    title: str
    price: Price
    sku: str | None = None
    inventory: Inventory | None = None
    options: dict[str, str] = Field(default_factory=dict)

    @property
    def available(self) -> bool:
        return self.inventory is None or self.inventory.available


class SEOMetadata(_Model):
    meta_title: str | None = None
    meta_description: str | None = None
    canonical_url: str | None = None
    og_title: str | None = None
    og_description: str | None = None
    og_image: str | None = None


REPORTED_FIELDS: Final = {"new_slug", "left_out_because"}
"""Fields of an item that only reports show."""


class UnifiedContent(_Model):
    """One item of any provider."""

    id: Annotated[str, AfterValidator(_require_content_id)]
    title: str
    slug: str = Field(pattern=SLUG.pattern, max_length=200)
    new_slug: str | None = None
    """The slug that the item would have as a new one, if it keeps an older slug. For reports."""
    former_slug: str | None = Field(default=None, exclude=True)
    """The slug that an earlier release made of the same data, if it differs. An item that is stored
    under it keeps it. Not part of the stored content."""
    content_type: ContentType
    status: ContentStatus = ContentStatus.PUBLISHED
    left_out_because: str | None = None
    """The reason why the item is not public, for reports."""
    description: str | None = None
    body: str | None = None
    """Sanitized HTML."""

    featured_image: MediaAsset | None = None
    images: list[MediaAsset] = Field(default_factory=list)

    price: Price | None = None
    inventory: Inventory | None = None
    variants: list[ProductVariant] = Field(default_factory=list)

    seo: SEOMetadata | None = None
    tags: list[str] = Field(default_factory=list)
    members: list[str] = Field(default_factory=list)
    """The content ids of a collection's products, in display order."""
    position: int | None = None
    """Display order, if the vendor has one. Articles sort by `published_at`, newest first."""

    provider_type: str = Field(pattern=r"^(cms|ecommerce)$")
    provider_name: str
    provider_data: dict[str, Any] = Field(default_factory=dict)
    """JSON-like data of the vendor outside the unified fields, such as `original_slug`."""

    version: int = Field(ge=0)
    """Grows with every change at the vendor: the vendor's revision, or its update time in
    microseconds since the epoch. Only compare it with versions of the same item."""
    created_at: AwareDatetime
    updated_at: AwareDatetime
    published_at: AwareDatetime | None = None
    """The item is not on the site before this time."""
    expires_at: AwareDatetime | None = None
    """The item is not on the site from this time on."""
    synced_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    def keep_slug(self, stored: str) -> "UnifiedContent":
        """Return the item under the slug that it is stored under, if only the rules have changed.

        An author who changes the slug's text moves the item: then `stored` is not the slug that an
        earlier release makes of that text.
        """
        if not stored or stored != self.former_slug:
            return self
        new = self.slug if self.slug != stored else None
        return self.model_copy(update={"slug": stored, "former_slug": None, "new_slug": new})

    def __eq__(self, other: object) -> bool:
        """Compare the content. The facts about the reading of an item do not count."""
        return isinstance(other, UnifiedContent) and (
            self.model_dump(exclude=REPORTED_FIELDS) == other.model_dump(exclude=REPORTED_FIELDS)
        )

    @property
    def available(self) -> bool:
        """True if at least one variant of a product can be bought now."""
        if self.variants:
            return any(variant.available for variant in self.variants)
        return self.inventory is None or self.inventory.available


# --- conversion between an item and a row of the content table --------------------------------

_ROW_NAMES: Final = {"id": contract.CONTENT_KEY, "expires_at": "off_site_at"}
"""Fields with another name in a row. The row's `expires_at` is the time to live of the table, which
live content never has."""
_JSON_FIELD: Final = "provider_data"
"""Stored as JSON text: a table supports no floats, no deep nesting and at most 38 digits."""


def to_row(content: UnifiedContent, client_id: str) -> dict[str, Any]:
    """Convert an item to a row of text, `Decimal`, integers, lists and maps.

    Fields that are None are left out, so that indexes stay sparse. Raises `Malformed` for values
    that a table cannot hold.
    """
    row = {
        _ROW_NAMES.get(name, name): _encode_value(value)
        for name, value in content.model_dump(exclude={_JSON_FIELD}, exclude_none=True).items()
    }
    return row | {
        contract.CONTENT_SORT: sort_key(content.content_type, content.provider_name),
        "client_id": client_id,
        _JSON_FIELD: _encode_json(content.provider_data),
    }


def from_row(row: Mapping[str, Any]) -> UnifiedContent:
    """Convert a row to an item. Attributes that are not fields of an item are ignored."""
    fields = {
        name: row[_ROW_NAMES.get(name, name)]
        for name in UnifiedContent.model_fields
        if _ROW_NAMES.get(name, name) in row
    }
    return UnifiedContent.model_validate(fields | {_JSON_FIELD: json.loads(row[_JSON_FIELD])})


def sort_key(content_type: str, provider_name: str) -> str:
    """Return the sort key of an item: `product#shop`."""
    return f"{content_type}#{provider_name}"


def content_digest(content: UnifiedContent) -> str:
    """Hash the content of an item. Its version and the facts about its reading do not count."""
    row = to_row(content, "")
    for name in ("synced_at", "version", *REPORTED_FIELDS):
        row.pop(name, None)
    return hashlib.sha256(
        json.dumps(row, sort_keys=True, default=_format_plain).encode()
    ).hexdigest()


def format_timestamp(moment: datetime) -> str:
    """Format a time as ISO 8601 UTC in microseconds, which sorts as text. Raises `Malformed`."""
    try:
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        raise Malformed("a date is out of range") from None


def _encode_value(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case datetime():
            return format_timestamp(value)
        case dict():
            return {name: _encode_value(item) for name, item in value.items()}
        case list():
            return [_encode_value(item) for item in value]
        case _:
            return value


def _encode_json(value: Any) -> str:
    try:
        # NaN is not JSON, and other readers of the table would reject it.
        return json.dumps(value, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"provider data is not JSON: {type(error).__name__}") from None


def _format_plain(value: Any) -> str:
    """Format a number so that equal amounts are equal text."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
