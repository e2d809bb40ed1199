"""Check the Host header: a web page can let its own name resolve to this machine."""

import re

from platform_cli.local.access.refusals import refuse
from platform_cli.local.server.asgi import App, Receive, Scope, Send, parse_headers

_LOOPBACK_HOST = re.compile(r"([a-z0-9-]+\.)*(127\.0\.0\.1|localhost)(:\d+)?", re.IGNORECASE)
_AWS_HOST = re.compile(r"([a-z0-9-]+\.)+amazonaws\.com(:\d+)?", re.IGNORECASE)
WRONG_HOST = b"Refused: open this address as 127.0.0.1 or localhost.\n"


def is_loopback_host(scope: Scope) -> bool:
    """Return whether the request names this machine."""
    return bool(_LOOPBACK_HOST.fullmatch(parse_headers(scope).get("host", "")))


def is_aws_host(scope: Scope) -> bool:
    """Return whether the request names a host of AWS, as some signed requests do."""
    return bool(_AWS_HOST.fullmatch(parse_headers(scope).get("host", "")))


class LoopbackOnly:
    """Refuses requests to other hosts and all WebSockets, and passes the rest to an application."""

    def __init__(self, app: App, exempt_path: re.Pattern[str] | None = None) -> None:
        self.app = app
        self.exempt_path = exempt_path
        """POST requests to these paths may name any host, such as that of a tunnel."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_accepted(scope):
            await self.app(scope, receive, send)
        else:
            await refuse(send, scope, WRONG_HOST)

    def _is_accepted(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return False
        is_exempt = bool(
            self.exempt_path
            and scope["method"] == "POST"
            and self.exempt_path.fullmatch(scope["path"])
        )
        return is_exempt or is_loopback_host(scope)
