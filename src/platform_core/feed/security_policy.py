"""The content security policy of a site: only files that the site needs may load.

Each page contains it as a `meta` element. So it is the same on AWS and in the embedded cloud, and a
site with a source of its own chooses its own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

NOTHING: Final = "'none'"
DEVELOPMENT_POLICY: Final = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: http: https: ws: wss:"
)
"""The policy for a development server: its scripts reload the page, through a connection, and some
run code that they receive as text."""
_ORIGIN: Final = re.compile(r"https?://[^\s;,'\"]+")


def make_policy(
    url: str, storefront: Mapping[str, Any], analytics_origins: Iterable[str] = ()
) -> str:
    """Return the policy of a site at this URL.

    `storefront` is that of the feed: a shop adds its origins and, with its files, inline styles.
    Analytics load scripts and send data. Their code may also be a file of the site.
    """
    shop = " ".join(filter(_ORIGIN.fullmatch, storefront["origins"]))
    analytics = " ".join(filter(_ORIGIN.fullmatch, analytics_origins))
    inline = "'unsafe-inline'" if storefront["scripts"] or storefront["styles"] else ""
    plain = "http:" if url.startswith("http:") else ""
    own_scripts = "'self'" if analytics else ""
    rules = {
        "default-src": NOTHING,
        "base-uri": NOTHING,
        "connect-src": f"{shop} {analytics}",
        "font-src": f"'self' data: {shop}",
        "form-action": f"'self' {shop}",
        "frame-src": shop,
        "img-src": f"'self' data: https: {plain}",
        "manifest-src": "'self'",
        "media-src": f"'self' https: {plain}",
        "script-src": f"{own_scripts} {shop} {analytics}",
        "style-src": f"'self' {inline} {shop}",
    }
    sources = {rule: " ".join(value.split()) for rule, value in rules.items()}
    return "; ".join(f"{rule} {allowed or NOTHING}" for rule, allowed in sources.items())
