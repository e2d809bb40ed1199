"""Verify WooCommerce's deliveries, and identify redeliveries.

Only the body is signed, and the delivery id is the same for all deliveries of a webhook within one
second, so the body alone is the key. Two edits differ in their `date_modified_gmt`. A deletion is a
bare id, so a second deletion after a restore looks like the first; the reconciliation repairs it.
"""

import re
from typing import Final

from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import HmacBody

# WooCommerce decodes HTML entities in the stored secret before it signs.
SIGNATURE: Final = HmacBody("x-wc-webhook-signature", encoding="base64", decodes_secret=True)
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_GREETING_BODY: Final = re.compile(rb"webhook_id=[0-9]{1,20}")


def topic(request: Request) -> str:
    return request.headers.get("x-wc-webhook-topic", "")


def delivery_key(request: Request) -> str:
    return key_of(request.body)


def is_greeting(request: Request) -> bool:
    """Check for the unsigned form that a new webhook sends, without any of the shop's headers."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        request.method == "POST"
        and content_type == _FORM_TYPE
        and not any(name.startswith("x-wc-") for name in request.headers)
        and _GREETING_BODY.fullmatch(request.body) is not None
    )
