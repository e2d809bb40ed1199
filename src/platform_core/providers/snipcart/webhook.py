"""Verify Snipcart's deliveries, and identify redeliveries.

The token proves that Snipcart called, but does not sign the body. Deliveries have no id, so the key
covers the body without the time of sending: a delivery that is sent again by hand is the same one,
while a status that returns later (with another `modificationDate`) is a new one.
"""

import json

from platform_core.errors import Malformed
from platform_core.providers.snipcart.events import ORDERS, SUBSCRIPTIONS
from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import CallBack

SIGNATURE = CallBack(
    "x-snipcart-requesttoken", "https://app.snipcart.com/api/requestvalidation/{token}"
)

KNOWN_EVENTS = frozenset({*ORDERS, *SUBSCRIPTIONS})
_MAX_KNOWN_SIZE = 256 * 1024


def topic(request: Request) -> str:
    body = strict_json(request.body)
    return str(body.get("eventName", "")) if isinstance(body, dict) else ""


def is_known_event(request: Request) -> bool:
    """Check the event before Snipcart is asked about the token. Never raises."""
    # A forgery may be as large as the limit of all providers; Snipcart's own deliveries are small.
    if len(request.body) > _MAX_KNOWN_SIZE:
        return False
    try:
        return topic(request) in KNOWN_EVENTS
    except Malformed:
        return False


def delivery_key(request: Request) -> str:
    body = strict_json(request.body)
    if isinstance(body, dict):
        # The time of sending differs between a delivery and its copy that is sent by hand.
        body.pop("createdOn", None)
    return key_of(json.dumps(body, sort_keys=True))
