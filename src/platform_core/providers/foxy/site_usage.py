"""Recognize Foxy in a site by its script and the domain of the cart."""

from typing import Final

from platform_core.provider.site_traces import SettingTrace, SiteTraces, find_traces
from platform_core.provider.site_usage import SiteTexts, SiteUsage

CART_LINK: Final = r"\b([a-z0-9-]{1,63}\.foxycart\.com)/(?:cart|checkout)\b"
LOADER: Final = r"\bcdn\.foxycart\.com/([a-z0-9-]+)/loader"
TRACES: Final = SiteTraces(
    mention=("foxycart", "FOXY"),
    packages=r"@foxy\.io/.+|[\w-]+-foxy(cart)?",
    texts=f"{CART_LINK}|{LOADER}",
    settings={"store_domain": SettingTrace(patterns=(CART_LINK,), variables=r"\w*FOXY\w*DOMAIN")},
)
LOADER_TRACES: Final = SiteTraces(
    mention=("foxycart",),
    texts=LOADER,
    settings={"store_domain": SettingTrace(patterns=(LOADER,), form="{}.foxycart.com")},
)


def find_usage(site: SiteTexts) -> SiteUsage | None:
    """Return the store whose cart the pages open."""
    # The address of the script names the store without its domain.
    usage = find_traces(site, TRACES)
    if usage is None or "store_domain" in usage.settings:
        return usage
    return find_traces(site, LOADER_TRACES) or usage
