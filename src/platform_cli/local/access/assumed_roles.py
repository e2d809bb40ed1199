"""Credentials of assumed roles: the CDK CLI deploys with those of the bootstrap roles.

The emulator issues them with random key ids, which the gateway does not know. They get the key of
the caller instead, and with it the caller's rights. The emulator enforces the policy of no role.
"""

import re

from platform_cli.local.access.grants import Grant
from platform_cli.local.server.asgi import Message, Scope, Send, parse_headers

_KEY_IN_ANSWER = re.compile(rb'(<AccessKeyId>|"AccessKeyId": *")\w+')


def issues_credentials(scope: Scope) -> bool:
    """Return whether this is a call of STS."""
    return "/sts/" in parse_headers(scope).get("authorization", "")


def with_callers_key(send: Send, grant: Grant) -> Send:
    """Return a `send` that puts the caller's key into the credentials of an answer."""
    start: Message = {}
    body = b""

    async def send_with_key(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
            return
        body += message.get("body", b"")
        if message.get("more_body", False):
            return
        answer = _KEY_IN_ANSWER.sub(rb"\g<1>" + grant.key.encode(), body)
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        headers.append((b"content-length", str(len(answer)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return send_with_key
