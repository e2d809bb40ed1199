"""How Sanity proves a delivery, and what tells two of them apart.

The time is signed, the headers are not: the same edit sent again under another `idempotency-key`
is the same delivery, and two edits of equal bodies differ in their time.
"""

from platform_core.signature import HmacTimestamped
from platform_core.webhook import Request, key_of

SIGNATURE = HmacTimestamped("sanity-webhook-signature", encoding="base64url", ticks_per_second=1000)


def topic(request: Request) -> str:
    return request.headers.get("sanity-operation", "")


def delivery_key(request: Request) -> str:
    return key_of(SIGNATURE.signed(request))
