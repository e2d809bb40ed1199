"""How GitHub proves a delivery, and what tells two of them apart.

Nothing but the body is signed, so the body alone is the key; every push names its own commit.
"""

from platform_core.signature import HmacBody
from platform_core.webhook import Request, key_of

SIGNATURE = HmacBody("x-hub-signature-256", prefix="sha256=")


def topic(request: Request) -> str:
    return request.headers.get("x-github-event", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)
