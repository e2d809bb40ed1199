"""The unified content model: one shape for every provider and every engine (L-01..L-15).

A normalizer returns `UnifiedContent`; the content table, the events and the feed are made from
it. Money is `Decimal` here and integer minor units in the feed, never a float.
"""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]*$")


class ContentType(StrEnum):
    """L-01, and `order` (C-20), which never becomes a page."""

    PRODUCT = "product"
    ARTICLE = "article"
    PAGE = "page"
    COLLECTION = "collection"
    MEDIA = "media"
    ORDER = "order"


class ContentStatus(StrEnum):
    """L-02. Only `published` reaches a site (drafts do under PREVIEW=1)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class _Model(BaseModel):
    model_config = ConfigDict(
        str_strip_whitespace=True, validate_assignment=True, extra="forbid", allow_inf_nan=False
    )


class MediaAsset(_Model):
    """An image or file; `url` is absolute."""

    id: str
    url: str
    alt_text: str | None = None
    width: int | None = Field(default=None, ge=0)
    height: int | None = Field(default=None, ge=0)
    file_size: int | None = Field(default=None, ge=0)
    mime_type: str | None = None


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
        """Whether a visitor can buy one now."""
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


class UnifiedContent(_Model):
    """One item of any provider."""

    id: str = Field(min_length=1, max_length=1024)
    title: str
    slug: str = Field(pattern=SLUG.pattern, max_length=200)
    content_type: ContentType
    status: ContentStatus = ContentStatus.PUBLISHED
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
    """Of a collection: the content ids of its products, in display order."""
    position: int | None = None
    """Display order where the vendor has one; articles go by `published_at`, newest first."""

    provider_type: str = Field(pattern=r"^(cms|ecommerce)$")
    provider_name: str
    provider_data: dict[str, Any] = Field(default_factory=dict)
    """What the vendor says beyond the unified fields, JSON-like; `original_slug` among it."""

    version: int = Field(ge=0)
    """Grows with every change at the vendor: its own revision, or its updated-at in microseconds
    since the epoch. Compared with nothing but versions of the same item."""
    created_at: AwareDatetime
    updated_at: AwareDatetime
    published_at: AwareDatetime | None = None
    """Before this moment the item is not on the site."""
    expires_at: AwareDatetime | None = None
    """From this moment on the item is off the site."""
    synced_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def available(self) -> bool:
        """Whether anything of a product can be bought now."""
        if self.variants:
            return any(variant.available for variant in self.variants)
        return self.inventory is None or self.inventory.available


def slugify(text: str, fallback: str) -> str:
    """A slug for any text: ASCII where it can be folded, else from `fallback` (an id).

    >>> slugify("Crème Brûlée / No. 5", "x")
    'creme-brulee-no-5'
    """
    for candidate in (text, fallback):
        folded = unicodedata.normalize("NFKD", candidate).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")[:200].rstrip("-")
        if slug:
            return slug
    return "x" + fallback.encode().hex()[:40]
