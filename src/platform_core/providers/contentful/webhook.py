"""Verify Contentful's deliveries, and identify redeliveries.

The sender lists the headers that it signs, so a topic counts only if it is on that list. A retry
has a new time and signature but the same body, and the body of a standard webhook contains a
revision. A custom body may have no revision; then the signed time distinguishes two edits.
"""

from typing import Final

from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import CanonicalRequest

TOPIC: Final = "x-contentful-topic"
SIGNATURE = CanonicalRequest(
    "x-contentful-signature",
    "x-contentful-signed-headers",
    "x-contentful-timestamp",
    covers=("content-type", TOPIC, "x-contentful-webhook-name"),
)
_VERSIONS: Final = frozenset({"revision", "version", "publishedVersion", "updatedAt", "deletedAt"})


def topic(request: Request) -> str:
    """Return the event if its header is signed, else an empty string."""
    listed = request.headers.get(SIGNATURE.list_header, "").lower().split(",")
    signed = TOPIC in {name.strip() for name in listed}
    return request.headers.get(TOPIC, "") if signed else ""


def delivery_key(request: Request) -> str:
    if _contains_version(request.body):
        return key_of(topic(request), request.body)
    # A custom body without a revision: two edits can have the same body, so the time has to count.
    return key_of(SIGNATURE.signed(request))


def _contains_version(body: bytes) -> bool:
    """Check whether a body identifies the version of its document."""
    document = strict_json(body)
    sys = document.get("sys") if isinstance(document, dict) else None
    return isinstance(sys, dict) and "id" in sys and not _VERSIONS.isdisjoint(sys)
