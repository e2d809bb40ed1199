"""How a sender proves a delivery: by the Standard Webhooks specification, 1.0.0.

The id is signed and stays the same over retries, while the time is each attempt's own. The body
counts besides, so that a sender which uses an id twice loses nothing.
"""

from typing import Final

from platform_core.signature import StandardWebhooks
from platform_core.webhook import Request, key_of, strict_json

SIGNATURE: Final = StandardWebhooks()


def topic(request: Request) -> str:
    body = strict_json(request.body)
    return str(body.get("type", "")) if isinstance(body, dict) else ""


def delivery_key(request: Request) -> str:
    return key_of(request.headers.get("webhook-id", ""), request.body)
