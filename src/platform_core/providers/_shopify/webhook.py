"""Verify Shopify's deliveries, and identify redeliveries.

Only the body is signed. An attacker could replay a captured delivery with another id or topic, so
the body alone is the key. Two edits differ in their `updated_at`.
"""

from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import HmacBody

SIGNATURE = HmacBody("x-shopify-hmac-sha256", encoding="base64")


def topic(request: Request) -> str:
    return request.headers.get("x-shopify-topic", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
