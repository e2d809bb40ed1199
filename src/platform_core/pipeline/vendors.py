"""A client's providers, ready for use: module, settings, secrets and HTTP access."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from pydantic import BaseModel

from platform_core import providers
from platform_core.content.model import ContentStatus, ProductVariant, UnifiedContent
from platform_core.errors import Malformed, VendorRefused
from platform_core.feed.content_feed import Shop
from platform_core.http import Http
from platform_core.pipeline.ports import Clock
from platform_core.provider import (
    Buy,
    Change,
    CommerceModule,
    ContentModule,
    Context,
    DividedModule,
    ImageModule,
    Part,
    Storefront,
)
from platform_core.webhooks.request import Delivery

ReadSecret = Callable[[str, str], str]
"""Takes a provider and the name of a secret, returns its value. Raises `SecretMissing`."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One provider of this client."""

    name: str
    content: ContentModule
    settings: BaseModel
    images: ImageModule | None = None
    """The addresses of resized images; None for a vendor without an image CDN."""
    has_drafts: bool = False
    """Whether its listing can hold unpublished content as well, for a preview."""

    @property
    def commerce(self) -> CommerceModule | None:
        """The provider's commerce module; None for a provider that sells nothing."""
        return cast("CommerceModule", self.content) if hasattr(self.content, "buy") else None

    @property
    def is_divided(self) -> bool:
        """Whether the provider reads each part of a delivery on its own."""
        return hasattr(self.content, "parts")

    def parts(self, context: Context, delivery: Delivery) -> Sequence[Part]:
        """Return the parts of a delivery. Reads all changes if the provider does not divide it."""
        if self.is_divided:
            return cast("DividedModule", self.content).parts(context, delivery)
        return [partial(_same, change) for change in self.content.changes(context, delivery)]


@dataclass(frozen=True, slots=True)
class ClientProviders:
    """All providers of a client."""

    client_id: str
    environment: str
    known: Mapping[str, Vendor]
    secret: ReadSecret
    http: Http
    clock: Clock

    def __getitem__(self, name: str) -> Vendor:
        """Return the provider. Raises `Malformed` if the client does not have it (any more)."""
        if name not in self.known:
            raise Malformed(f"this client has no provider {name}")
        return self.known[name]

    def context(self, vendor: Vendor) -> Context:
        """Return the context that the provider's functions take."""
        return Context(
            client_id=self.client_id,
            environment=self.environment,
            settings=vendor.settings,
            secret=lambda name: self.secret(vendor.name, name),
            http=self.http,
            now=datetime.fromtimestamp(self.clock(), UTC),
        )

    def listing(self) -> Iterator[UnifiedContent]:
        """Yield everything that the providers list: the content of a client in direct mode."""
        for vendor in self.known.values():
            yield from vendor.content.list_all(self.context(vendor))

    def list_with_drafts(
        self, published: Callable[[], Iterable[UnifiedContent]] | None = None
    ) -> Iterator[UnifiedContent]:
        """Yield the content of a preview with drafts, all of it as a draft.

        `published` reads the content of vendors without drafts; by default, their listings. Every
        item counts as a draft, so that a feed of the live site leaves it out if it gets one.
        """
        for vendor in self.known.values():
            if vendor.has_drafts:
                yield from map(_as_draft, self._list_drafts_of(vendor))
            elif published is None:
                yield from map(_as_draft, vendor.content.list_all(self.context(vendor)))
        for item in published() if published else ():
            vendor_of_item = self.known.get(item.provider_name)
            if vendor_of_item is None or not vendor_of_item.has_drafts:
                yield _as_draft(item)

    def _list_drafts_of(self, vendor: Vendor) -> Iterator[UnifiedContent]:
        """Yield a vendor's content with its drafts. The error of a refusal names the right."""
        try:
            yield from vendor.content.list_all(replace(self.context(vendor), drafts=True))
        except VendorRefused as error:
            raise VendorRefused(
                f"{vendor.name} refuses to list drafts, so its token may not have the right to "
                f"read them ({error})"
            ) from None

    def shop(self) -> Shop:
        """Return how products are bought, and what every page of a shop loads."""
        return Shop(buy=self._offer, storefronts=tuple(self._storefronts()))

    def resize_image(self, url: str, width: int) -> str | None:
        """Return the address of an image at this width, if one of the vendors resizes it."""
        modules = (vendor.images for vendor in self.known.values() if vendor.images)
        return next(filter(None, (module.resize(url, width) for module in modules)), None)

    def _offer(self, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
        """Return the offer of the product's own provider, or of the first cart that accepts it.

        A product of a provider that the client no longer has is not sold.
        """
        own = self.known.get(product.provider_name)
        if own is None:
            return None
        shops = [(own, own.commerce)] if own.commerce else self._shops()
        offers = (shop.buy(self.context(vendor), product, variant) for vendor, shop in shops)
        return next((offer for offer in offers if offer), None)

    def _shops(self) -> list[tuple[Vendor, CommerceModule]]:
        modules = ((vendor, vendor.commerce) for vendor in self.known.values())
        return [(vendor, shop) for vendor, shop in modules if shop]

    def _storefronts(self) -> Iterator[Storefront]:
        for vendor, shop in self._shops():
            yield shop.storefront(self.context(vendor))


def _same(change: Change) -> Change:
    return change


def _as_draft(item: UnifiedContent) -> UnifiedContent:
    """Return a published item as a draft. An archived one stays as it is."""
    is_published = item.status is ContentStatus.PUBLISHED
    return item.model_copy(update={"status": ContentStatus.DRAFT}) if is_published else item


def load_vendors(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Vendor]:
    """Load the providers of a client from their names and settings."""
    return {
        name: Vendor(
            name=name,
            content=providers.load_content(name),
            settings=providers.load_settings(name).Settings.model_validate(values),
            images=providers.load_images(name),
            has_drafts=providers.load_manifest(name).needs.drafts,
        )
        for name, values in settings.items()
    }
