"""Verify Foxy's deliveries, and identify redeliveries.

Only the body is signed, neither a time nor the event. An attacker could replay a captured delivery
with another event, so the body alone is the key. It contains the state at the time of sending: two
changes differ in `date_modified`, and a refeed, which repeats a delivery, does not differ at all.
"""

from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import HmacBody

SIGNATURE = HmacBody("foxy-webhook-signature")


def topic(request: Request) -> str:
    return request.headers.get("foxy-webhook-event", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
