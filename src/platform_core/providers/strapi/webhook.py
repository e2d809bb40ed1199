"""How Strapi proves a delivery, and what tells two of them apart.

A header with a secret in it proves the sender. The body is signed by nobody, so it is a hint at
most. It holds the time at which it was sent, and Strapi never sends twice: the whole body is the
key. A key of less would take two unpublications of one document for one.
"""

from platform_core.signature import StaticHeader
from platform_core.webhook import Request, key_of, strict_json

SIGNATURE = StaticHeader("authorization", prefix="Bearer ")


def topic(request: Request) -> str:
    found = strict_json(request.body)
    said = found.get("event") if isinstance(found, dict) else None
    return said if isinstance(said, str) else request.headers.get("x-strapi-event", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
