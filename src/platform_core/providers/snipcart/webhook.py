"""How Snipcart proves a delivery, and what tells two of them apart.

The token proves that Snipcart called, and nothing of the body. A delivery has no id: it is the
same when all of it is but the time of sending, so that one sent again by hand is no second one,
and a status that comes back later (another `modificationDate`) is.
"""

import json

from platform_core.signature import CallBack
from platform_core.webhook import Request, key_of, strict_json

SIGNATURE = CallBack(
    "x-snipcart-requesttoken", "https://app.snipcart.com/api/requestvalidation/{token}"
)


def topic(request: Request) -> str:
    body = strict_json(request.body)
    return str(body.get("eventName", "")) if isinstance(body, dict) else ""


def delivery_key(request: Request) -> str:
    body = strict_json(request.body)
    if isinstance(body, dict):
        body.pop("createdOn", None)
    return key_of(json.dumps(body, sort_keys=True))
