"""Recognize Shopify in a site by its clients and the domain of the shop.

A site does not show the plan of its shop, so the smallest plan's provider recognizes it.
"""

from typing import Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage

SHOP_DOMAIN: Final = r"\b([a-z0-9][a-z0-9-]{0,62}\.myshopify\.com)\b"
TRACES: Final = SiteTraces(
    mention=("shopify", "SHOPIFY", "Shopify"),
    packages=r"shopify-buy|@shopify/(hydrogen-react|storefront-api-client|buy-button-js)"
    r"|[\w-]+-source-shopify",
    texts=rf"{SHOP_DOMAIN}|\bSHOPIFY_STORE(_DOMAIN|FRONT_\w+)\b|\bsdks\.shopifycdn\.com\b|\bShopifyBuy\b",
    settings={
        "store_domain": SettingTrace(
            patterns=(SHOP_DOMAIN,), variables=r"\w*SHOPIFY\w*(DOMAIN|STORE|SHOP|URL)"
        )
    },
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the shop that the site reads."""
    usage = find_traces(site, TRACES)
    if usage is None or "store_domain" not in usage.settings:
        return usage
    domain = str(usage.settings["store_domain"]).removeprefix("https://").rstrip("/")
    if "." not in domain:
        domain = f"{domain}.myshopify.com"
    return SiteUsage(usage.evidence, {"store_domain": domain}, usage.problems)
