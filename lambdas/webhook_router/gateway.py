"""What API Gateway hands over, as a request; what the door answers, as API Gateway wants it."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from platform_core.webhook import Answer, Request

RETRY_AFTER_SECONDS = 30


def to_request(event: Mapping[str, Any], received_at: float) -> Request:
    """The delivery as the sender sent it: exact bytes, exact path and query."""
    context = event.get("requestContext", {})
    query = event.get("rawQueryString") or ""
    return Request(
        method=context.get("http", {}).get("method", "POST"),
        path=event.get("rawPath", "/") + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=_body(event),
        received_at=received_at,
        request_id=str(context.get("requestId", "")),
    )


def provider_of(event: Mapping[str, Any]) -> str:
    """The provider's name as it stands in the address."""
    return str((event.get("pathParameters") or {}).get("provider", ""))


def to_response(answer: Answer) -> dict[str, Any]:
    return json_response(answer.status, answer.body)


def json_response(status: int, body: Mapping[str, str]) -> dict[str, Any]:
    """A small JSON answer; one that asks for patience says how much."""
    headers = {"content-type": "application/json"}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return {"statusCode": status, "headers": headers, "body": json.dumps(dict(body))}


def health(client_id: str, now: float) -> dict[str, str]:
    """What whoever asks whether the door is there may know."""
    moment = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    return {
        "status": "healthy",
        "timestamp": moment.replace("+00:00", "Z"),
        "client_id": client_id,
    }


def _body(event: Mapping[str, Any]) -> bytes:
    """The raw bytes. What is not the base64 it claims to be stays as it came: nobody signed it."""
    text = (event.get("body") or "").encode("utf-8", "surrogatepass")
    if not event.get("isBase64Encoded"):
        return bytes(text)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return bytes(text)
