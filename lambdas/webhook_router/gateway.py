"""Translate between API Gateway's events and the router's requests and responses."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from platform_core.ingress.receive import IngressResponse
from platform_core.webhooks.addresses import OPEN_FORM, parse_literal_route
from platform_core.webhooks.request import Request

RETRY_AFTER_SECONDS = 30


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


def address_of(event: Mapping[str, Any]) -> tuple[str, str]:
    """Return the provider's name, as the sender spelled it, and the token of the address.

    An address with a token has a route of its own, which has no parameters.
    """
    literal = parse_literal_route(str(event.get("routeKey", "")))
    if literal:
        return literal
    return str((event.get("pathParameters") or {}).get("provider", "")), OPEN_FORM


def to_response(response: IngressResponse) -> dict[str, Any]:
    return json_response(response.status, response.body)


def json_response(status: int, body: Mapping[str, str]) -> dict[str, Any]:
    """Return a JSON response. A 503 says when to retry."""
    headers = {"content-type": "application/json"}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return {"statusCode": status, "headers": headers, "body": json.dumps(dict(body))}


def health(client_id: str, now: float) -> dict[str, str]:
    """Return the public health information."""
    moment = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    return {
        "status": "healthy",
        "timestamp": moment.replace("+00:00", "Z"),
        "client_id": client_id,
    }


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
