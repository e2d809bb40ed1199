"""Asking a vendor's API in JSON, for calls that change something there."""

import json
from collections.abc import Mapping
from typing import Any

from platform_core.provider import Context
from platform_core.providers import reading


def ask(
    context: Context,
    method: str,
    url: str,
    *,
    token: str,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    body: object = None,
    absent: tuple[int, ...] = (),
) -> Any:
    """The answer; None where its status says that there is no such thing (`absent`).

    `token` is sent as a bearer's. Raises what `reading.answer` raises.
    """
    sent = None if body is None else json.dumps(body).encode()
    named = {"content-type": content_type} if sent is not None else {}
    response = context.http(
        method,
        url,
        headers={"authorization": f"Bearer {token}", **named, **(headers or {})},
        body=sent,
    )
    return reading.answer(response, absent=absent)
