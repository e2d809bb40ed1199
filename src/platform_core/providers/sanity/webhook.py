"""Verify Sanity's deliveries, and identify redeliveries.

The time is signed, the headers are not. An edit that is replayed with another `idempotency-key` is
the same delivery; two edits with equal bodies differ in their time.
"""

from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import HmacTimestamped

SIGNATURE = HmacTimestamped("sanity-webhook-signature", encoding="base64url", ticks_per_second=1000)


def topic(request: Request) -> str:
    return request.headers.get("sanity-operation", "")


def delivery_key(request: Request) -> str:
    # The signed text contains the vendor's time, so two edits with equal bodies differ.
    return key_of(SIGNATURE.signed(request))
