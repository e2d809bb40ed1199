"""A client's providers, ready to be asked: module, settings, secrets, the way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import BaseModel

from platform_core import providers
from platform_core.content import ProductVariant, UnifiedContent
from platform_core.errors import Malformed
from platform_core.feed import Shop
from platform_core.ports import Clock
from platform_core.provider import Buy, CommerceModule, ContentModule, Context, Http, Storefront

Secret = Callable[[str, str], str]
"""Provider and name of a secret -> its current value; raises `SecretMissing`."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One provider of this client."""

    name: str
    content: ContentModule
    settings: BaseModel

    @property
    def commerce(self) -> CommerceModule | None:
        """The same module, where it sells."""
        return cast("CommerceModule", self.content) if hasattr(self.content, "buy") else None


@dataclass(frozen=True, slots=True)
class Vendors:
    """All of them, and what their modules may know."""

    client_id: str
    environment: str
    known: Mapping[str, Vendor]
    secret: Secret
    http: Http
    clock: Clock

    def __getitem__(self, name: str) -> Vendor:
        """Raises `Malformed` for a provider that this client does not have (any more)."""
        if name not in self.known:
            raise Malformed(f"this client has no provider {name}")
        return self.known[name]

    def context(self, vendor: Vendor) -> Context:
        return Context(
            client_id=self.client_id,
            environment=self.environment,
            settings=vendor.settings,
            secret=lambda name: self.secret(vendor.name, name),
            http=self.http,
            now=datetime.fromtimestamp(self.clock(), UTC),
        )

    def listing(self) -> Iterator[UnifiedContent]:
        """Everything that they publish: the content of a client in direct mode."""
        for vendor in self.known.values():
            yield from vendor.content.list_all(self.context(vendor))

    def shop(self) -> Shop:
        """How products are bought, and what every page of a shop loads."""
        return Shop(buy=self._buy, storefronts=tuple(self._storefronts()))

    def _buy(self, product: UnifiedContent, variant: ProductVariant | None) -> Buy | None:
        """By its own provider, where that sells; else by the first cart that takes it in. What
        belongs to a provider that the client has no more is not sold."""
        own = self.known.get(product.provider_name)
        if own is None:
            return None
        shops = [(own, own.commerce)] if own.commerce else self._shops()
        offers = (shop.buy(self.context(vendor), product, variant) for vendor, shop in shops)
        return next((offer for offer in offers if offer), None)

    def _shops(self) -> list[tuple[Vendor, CommerceModule]]:
        sells = ((vendor, vendor.commerce) for vendor in self.known.values())
        return [(vendor, shop) for vendor, shop in sells if shop]

    def _storefronts(self) -> Iterator[Storefront]:
        for vendor, shop in self._shops():
            yield shop.storefront(self.context(vendor))


def load(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Vendor]:
    """The providers of a client, from their names and settings."""
    return {
        name: Vendor(
            name=name,
            content=providers.load_content(name),
            settings=providers.load_settings(name).Settings.model_validate(given),
        )
        for name, given in settings.items()
    }
