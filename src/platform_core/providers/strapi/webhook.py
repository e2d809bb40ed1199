"""Verify Strapi's deliveries, and identify redeliveries.

A secret header proves the sender. The body is not signed, so it is only a hint. It contains the
time of sending, and Strapi does not retry, so the whole body is the key. A key with less than
that could not distinguish two unpublications of the same document.
"""

from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import StaticHeader

SIGNATURE = StaticHeader("authorization", prefix="Bearer ")


def topic(request: Request) -> str:
    body = strict_json(request.body)
    event = body.get("event") if isinstance(body, dict) else None
    return event if isinstance(event, str) else request.headers.get("x-strapi-event", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
