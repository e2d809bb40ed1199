"""Answer a refused AWS request as AWS does, and keep web pages from reading any answer."""

from platform_cli.local.access.hosts import refuse
from platform_cli.local.server.asgi import (
    Message,
    Scope,
    Send,
    parse_headers,
    send_json,
    send_response,
)

_CODE = "AccessDenied"
_S3_ERROR = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
_QUERY_ERROR = f"<ErrorResponse>{_S3_ERROR}</ErrorResponse>"


async def send_access_denied(scope: Scope, send: Send, message: str) -> None:
    """Send status 403 in the form that the SDK of the called service understands."""
    headers = parse_headers(scope)
    if scope["type"] != "http":
        await refuse(send, scope, message.encode())
    elif headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        await _send_xml(send, _QUERY_ERROR, message)
    elif "x-amz-target" in headers or "/s3/" not in headers.get("authorization", "/s3/"):
        error = {"__type": f"{_CODE}Exception", "message": message}
        await send_json(send, 403, error, "application/x-amz-json-1.1")
    else:
        await _send_xml(send, _S3_ERROR, message)


async def _send_xml(send: Send, form: str, message: str) -> None:
    body = form.format(code=_CODE, message=message).encode()
    await send_response(send, 403, body, [(b"content-type", b"application/xml")])


def without_cors_headers(send: Send) -> Send:
    """Return a `send` that drops `Access-Control-*`, which the emulator adds to every answer."""

    async def send_without(message: Message) -> None:
        if "headers" in message:
            kept = [
                (name, value)
                for name, value in message["headers"]
                if not name.lower().startswith(b"access-control-")
            ]
            message = {**message, "headers": kept}
        await send(message)

    return send_without
