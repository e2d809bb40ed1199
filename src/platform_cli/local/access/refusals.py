"""Answers to refused requests."""

from platform_cli.local.server.asgi import Scope, Send, parse_headers, send_json, send_response

_CODE = "AccessDenied"
_S3_ERROR = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
_QUERY_ERROR = f"<ErrorResponse>{_S3_ERROR}</ErrorResponse>"


async def refuse(send: Send, scope: Scope, message: bytes) -> None:
    """Refuse a request with status 403, or a WebSocket handshake."""
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the handshake with 403.
        await send({"type": "websocket.close", "code": 1008})
    else:
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send_response(send, 403, message, headers)


async def send_access_denied(scope: Scope, send: Send, message: str) -> None:
    """Refuse an AWS request in the form that the SDK of the called service understands."""
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
