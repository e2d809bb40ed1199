"""Translate API Gateway's event into a request, for every function of an HTTP API."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from platform_core.webhooks.request import Request


def to_request(event: Mapping[str, Any], received_at: float) -> Request:
    """Return the request as the sender made it: exact bytes, exact path and query.

    Vendors sign these, so nothing may be decoded or normalized.
    """
    context = event.get("requestContext", {})
    query = event.get("rawQueryString") or ""
    return Request(
        method=context.get("http", {}).get("method", "POST"),
        path=event.get("rawPath", "/") + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=_raw_body(event),
        received_at=received_at,
        request_id=str(context.get("requestId", "")),
    )


def _raw_body(event: Mapping[str, Any]) -> bytes:
    """Return the raw bytes.

    Invalid base64 stays as it is: no vendor signed it, so its signature will not match.
    """
    text = (event.get("body") or "").encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return bytes(text)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return bytes(text)
