"""Read the address of a webhook from API Gateway's event, and make the router's responses."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from platform_core.ingress.receive import IngressResponse
from platform_core.webhooks.addresses import OPEN_FORM, parse_literal_route

RETRY_AFTER_SECONDS = 30


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
