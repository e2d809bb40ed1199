"""The simulated login page of GitHub, in place of github.com, at a path of the site."""

import secrets
from html import escape
from typing import Final
from urllib.parse import parse_qs, urlencode

from platform_cli.local.server.asgi import Headers, Scope, Send, send_response
from platform_core.contract import LOGIN_CALLBACK, LOGIN_PATH, LOGIN_SIMULATED

SIMULATED_PAGE: Final = f"{LOGIN_PATH}{LOGIN_SIMULATED}"
_HEADERS: Final[Headers] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Simulated GitHub</title>
<h1>Simulated GitHub</h1>
<p>The OAuth app {client} asks for the scope {scope}. Nobody's account is involved.</p>
<p><a href="{allow}">Authorize</a> <a href="{decline}">Cancel</a></p>
</html>
"""


async def send_simulated_login(scope: Scope, send: Send) -> None:
    """Ask the editor, and link back to the callback, which the simulated app has by its path."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    client, asked, state = (query.get(name, [""])[0] for name in ("client_id", "scope", "state"))
    page = _PAGE.format(
        client=escape(client),
        scope=escape(asked),
        allow=_callback(code=f"simulated-{secrets.token_hex(16)}", state=state),
        decline=_callback(error="access_denied", state=state),
    )
    await send_response(send, 200, page.encode(), _HEADERS)


def _callback(**query: str) -> str:
    return escape(f"{LOGIN_PATH}{LOGIN_CALLBACK}?{urlencode(query)}")
