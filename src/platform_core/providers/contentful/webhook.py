"""How Contentful proves a delivery, and what tells two of them apart.

The sender lists the headers that it signs, so a topic counts only where it is on that list. A
retry is signed anew (its time is another) and carries the same body, and the body of a standard
webhook says which revision of what it is. A body that a person has cut down to less says nothing
of the kind: there the signed time tells two edits apart.
"""

from typing import Final

from platform_core.signature import CanonicalRequest
from platform_core.webhook import Request, key_of, strict_json

TOPIC: Final = "x-contentful-topic"
SIGNATURE = CanonicalRequest(
    "x-contentful-signature",
    "x-contentful-signed-headers",
    "x-contentful-timestamp",
    covers=("content-type", TOPIC, "x-contentful-webhook-name"),
)
_VERSIONS: Final = frozenset({"revision", "version", "publishedVersion", "updatedAt", "deletedAt"})


def topic(request: Request) -> str:
    """The event, where it is signed; else nothing."""
    listed = request.headers.get(SIGNATURE.list_header, "").lower().split(",")
    signed = TOPIC in {name.strip() for name in listed}
    return request.headers.get(TOPIC, "") if signed else ""


def delivery_key(request: Request) -> str:
    if _names_a_version(request.body):
        return key_of(topic(request), request.body)
    return key_of(SIGNATURE.signed(request))


def _names_a_version(body: bytes) -> bool:
    found = strict_json(body)
    sys = found.get("sys") if isinstance(found, dict) else None
    return isinstance(sys, dict) and "id" in sys and not _VERSIONS.isdisjoint(sys)
