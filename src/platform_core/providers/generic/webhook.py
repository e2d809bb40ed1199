"""Verify deliveries by the Standard Webhooks specification, 1.0.0, and identify redeliveries.

The id is signed and stays the same for all retries; the time belongs to one attempt. The key also
covers the body, so that a sender that reuses an id loses no data.
"""

from typing import Final

from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import StandardWebhooks

SIGNATURE: Final = StandardWebhooks()


def topic(request: Request) -> str:
    body = strict_json(request.body)
    return str(body.get("type", "")) if isinstance(body, dict) else ""


def delivery_key(request: Request) -> str:
    return key_of(request.headers.get("webhook-id", ""), request.body)
