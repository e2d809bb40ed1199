"""The keys of objects in the buckets, and of the pointer store."""

from typing import Final

RELEASES: Final = "releases/"
RELEASES_KEPT: Final = 10
"""Releases that one can go back to, besides those that are in use."""
ASSETS: Final = "assets/"
ERROR_PAGE: Final = "errors/404.html"
RELEASE_MANIFEST: Final = "release.json"
RAW_BODIES: Final = "inbox/"
"""Large bodies of deliveries; they end after 90 days, the rows of the applied ones after 30."""
BODIES_SET_ASIDE: Final = "aside/"
"""Those of failed and quarantined deliveries: without an end, until a person decides."""
CONTENT_BODIES: Final = "bodies/"
SNAPSHOTS: Final = "snapshots/"
SOURCES: Final = "source/"
SITE_FACTS: Final = "site.json"
"""Written by a deploy: `feed.SiteFacts`, with the digest of the site's source. A build input."""

POINTER: Final = "live"
"""Key in the pointer store; its value is the id of the live release."""
