"""How Foxy proves a delivery, and what tells two of them apart.

Nothing but the body is signed, neither a time nor the event: a captured one could be sent again
under another event, so the body alone is the key. It holds the state at the time of sending: two
changes differ in `date_modified`, and a refeed, which is a repeat by design, differs in nothing.
"""

from platform_core.signature import HmacBody
from platform_core.webhook import Request, key_of

SIGNATURE = HmacBody("foxy-webhook-signature")


def topic(request: Request) -> str:
    return request.headers.get("foxy-webhook-event", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
