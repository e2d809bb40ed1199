"""The seller of a product: its own provider, or the cart that accepts the CMS's products."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from platform_core.content.model import ProductVariant, UnifiedContent
from platform_core.pipeline.vendors import ClientProviders, Vendor
from platform_core.provider import Buy, CommerceModule, Context, Storefront
from tests.fakes.pipeline.vendor import NoSettings, ShopVendor, article, no_network

MUG = article(
    "mug", 1, "Mug", content_type="product", price={"amount": "24", "currency_code": "USD"}
)


@dataclass
class Cart(ShopVendor):
    """Sells everything that has a price; with `own`, only products of this provider."""

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


def offer(client: ClientProviders, provider: str, **more: Any) -> str | None:
    product = MUG.model_copy(update={"provider_name": provider, **more})
    seller_offer = client.shop().buy(product, None)
    return seller_offer.href if seller_offer else None


def test_a_product_of_the_cms_is_sold_by_the_clients_cart() -> None:
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "cms") == "https://cart.example/mug"


def test_a_shop_sells_its_own_products_only() -> None:
    client = vendors(first=Cart(name="first"), cart=Cart())
    assert offer(client, "cart") == "https://cart.example/mug"
    shy = vendors(first=Cart(name="first"), cart=Cart(own="nobody"))
    assert offer(shy, "cart") is None


def test_a_cart_for_its_own_products_does_not_sell_those_of_the_cms() -> None:
    client = vendors(cms=ShopVendor(), shop=Cart(name="shop", own="shop"), cart=Cart())
    assert offer(client, "cms") == "https://cart.example/mug"
    assert offer(vendors(cms=ShopVendor(), shop=Cart(own="shop")), "cms") is None


def test_a_product_without_a_seller_is_not_for_sale() -> None:
    assert offer(vendors(cms=ShopVendor()), "cms") is None
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "gone") is None
    assert offer(vendors(cms=ShopVendor(), cart=Cart()), "cms", price=None) is None


def test_the_cart_gets_its_own_secrets() -> None:
    secrets_read: list[str] = []

    @dataclass
    class Asking(Cart):
        def buy(
            self, context: Context, product: UnifiedContent, variant: ProductVariant | None
        ) -> Buy | None:
            secrets_read.append(context.secret("key"))
            return None

    client = vendors(cms=ShopVendor(), cart=Asking())
    assert offer(client, "cms") is None
    assert secrets_read == ["cart's key"]


def test_every_shop_brings_its_storefront() -> None:
    fronts = vendors(cms=ShopVendor(), cart=Cart()).shop().storefronts
    assert [front.scripts for front in fronts] == [("https://cart.example/cart.js",)]
