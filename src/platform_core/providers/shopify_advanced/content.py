"""The content functions of a Shopify shop with this provider's name."""

from platform_core.providers._shopify.content import ShopifyContent
from platform_core.providers.shopify_advanced.manifest import PROVIDER

_SHOP = ShopifyContent(PROVIDER.name)

changes = _SHOP.changes
list_all = _SHOP.list_all
current = _SHOP.current
buy = _SHOP.buy
storefront = _SHOP.storefront
