"""Recognize WooCommerce in a site by the address of its REST API."""

from typing import Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage

TRACES: Final = SiteTraces(
    mention=("wc/", "woocommerce", "WOOCOMMERCE", "WooCommerce"),
    packages=r"@woocommerce/.+|[\w-]+-source-woocommerce|[\w-]+-plugin-woocommerce",
    texts=r"/wp-json/wc/",
    settings={
        "store_url": SettingTrace(
            patterns=(r"(https://[\w./-]+?)/wp-json/wc/",),
            variables=r"\w*(WOOCOMMERCE|WOO)\w*_(URL|HOST)",
        )
    },
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the shop that the site reads."""
    return find_traces(site, TRACES)
