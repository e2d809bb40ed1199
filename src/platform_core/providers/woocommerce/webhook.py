"""How WooCommerce proves a delivery, and what tells two of them apart.

Nothing but the body is signed, and the delivery's id is the same for all of one webhook in one
second. So the body alone is the key. Two edits differ in their `date_modified_gmt`; a deletion is
a bare id, so one that follows a restoring is told apart from the first by a reconciliation only.
"""

import re
from typing import Final

from platform_core.signature import HmacBody
from platform_core.webhook import Request, key_of

SIGNATURE: Final = HmacBody("x-wc-webhook-signature", encoding="base64", decodes_secret=True)
_FORM: Final = "application/x-www-form-urlencoded"
_HELLO: Final = re.compile(rb"webhook_id=[0-9]{1,20}")


def topic(request: Request) -> str:
    return request.headers.get("x-wc-webhook-topic", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)


def is_greeting(request: Request) -> bool:
    """The form that a new webhook sends, without a proof and without a header of the shop's."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        request.method == "POST"
        and kind == _FORM
        and not any(name.startswith("x-wc-") for name in request.headers)
        and _HELLO.fullmatch(request.body) is not None
    )
