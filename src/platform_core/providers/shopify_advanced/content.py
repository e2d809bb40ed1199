"""A Shopify shop under this provider's name."""

from platform_core.providers._shopify.content import Shop
from platform_core.providers.shopify_advanced.manifest import PROVIDER

_SHOP = Shop(PROVIDER.name)

changes = _SHOP.changes
list_all = _SHOP.list_all
current = _SHOP.current
buy = _SHOP.buy
storefront = _SHOP.storefront
