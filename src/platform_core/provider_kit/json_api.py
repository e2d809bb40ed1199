"""Send JSON requests to a vendor's API."""

import json
from collections.abc import Mapping
from typing import Any

from platform_core.provider import Context
from platform_core.provider_kit import parsing


def bearer_token(token: str) -> dict[str, str]:
    """Return the authorization header for a bearer token."""
    return {"authorization": f"Bearer {token}"}


def request_json(
    context: Context,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: object = None,
    absent: tuple[int, ...] = (),
) -> Any:
    """Send a request and return its JSON, or None if its status is in `absent`.

    Raises the errors of `reading.parse_response`.
    """
    payload = None if body is None else json.dumps(body).encode()
    content_type = {"content-type": "application/json"} if payload is not None else {}
    response = context.http(method, url, headers={**content_type, **headers}, body=payload)
    return parsing.parse_response(response, absent=absent)
