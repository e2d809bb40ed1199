"""Who sells a product: its own provider, or the cart that takes in the CMS's."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.pipeline.vendors import ClientProviders, Vendor
from platform_core.provider import (
    Buy,
    CommerceModule,
    Context,
    Storefront,
)
from tests.fakes.pipeline.vendor import (
    NoSettings,
    ShopVendor,
    article,
    no_network,
)

MUG = article(
    "mug", 1, "Mug", content_type="product", price={"amount": "24", "currency_code": "USD"}
)


@dataclass
class Cart(ShopVendor):
    """Sells what costs something, its own or not; `own`: only what is of this provider."""

    name: str = "cart"
    own: str | None = None

    def buy(
        self, context: Context, product: UnifiedContent, variant: ProductVariant | None
    ) -> Buy | None:
        sold = product.price and product.price.amount > Decimal(0)
        mine = self.own in {None, product.provider_name}
        return Buy("link", f"https://{self.name}.example/{product.id}") if sold and mine else None

    def storefront(self, context: Context) -> Storefront:
        return Storefront(scripts=(f"https://{self.name}.example/cart.js",))


def vendors(**modules: ShopVendor) -> ClientProviders:
    return ClientProviders(
        client_id="acme",
        environment="dev",
        known={
            name: Vendor(name, cast("CommerceModule", module), NoSettings())
            for name, module in modules.items()
        },
        secret=lambda provider, name: f"{provider}'s {name}",
        http=no_network,
        clock=lambda: 0.0,
    )


def offer(known: ClientProviders, provider: str, **more: Any) -> str | None:
    product = MUG.model_copy(update={"provider_name": provider, **more})
    found = known.shop().buy(product, None)
    return found.href if found else None


def test_a_product_of_the_cms_is_sold_by_the_clients_cart() -> None:
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "cms") == "https://cart.example/mug"


def test_a_provider_that_sells_sells_its_own_alone() -> None:
    known = vendors(first=Cart(name="first"), cart=Cart())
    assert offer(known, "cart") == "https://cart.example/mug"
    shy = vendors(first=Cart(name="first"), cart=Cart(own="nobody"))
    assert offer(shy, "cart") is None


def test_a_cart_that_sells_its_own_only_is_passed_over() -> None:
    known = vendors(cms=ShopVendor(), shop=Cart(name="shop", own="shop"), cart=Cart())
    assert offer(known, "cms") == "https://cart.example/mug"
    assert offer(vendors(cms=ShopVendor(), shop=Cart(own="shop")), "cms") is None


def test_what_nobody_sells_is_not_for_sale() -> None:
    assert offer(vendors(cms=ShopVendor()), "cms") is None
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "gone") is None
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "cms", price=None) is None


def test_the_cart_is_asked_with_its_own_secrets() -> None:
    seen: list[str] = []

    @dataclass
    class Asking(Cart):
        def buy(
            self, context: Context, product: UnifiedContent, variant: ProductVariant | None
        ) -> Buy | None:
            seen.append(context.secret("key"))
            return None

    known = vendors(cms=ShopVendor(), cart=Asking())
    assert offer(known, "cms") is None
    assert seen == ["cart's key"]


def test_every_shop_brings_its_storefront() -> None:
    fronts = vendors(cms=ShopVendor(), cart=Cart()).shop().storefronts
    assert [front.scripts for front in fronts] == [("https://cart.example/cart.js",)]
