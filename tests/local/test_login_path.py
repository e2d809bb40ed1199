"""The local site server sends the path of the login to its API, and simulates GitHub's page."""

import asyncio
import re

import pytest

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server import asgi
from platform_cli.local.sites.server import SiteServer
from platform_core import providers

TOKEN_URL = "https://github.com/login/oauth/access_token"


def get(path: str, query: str = "", login_api_id: str = "abc") -> tuple[int, bytes, list[str]]:
    """Send a GET to the site. Returns the status, the body and the paths that reached the cloud."""
    sent: list[asgi.Message] = []
    forwarded: list[str] = []

    async def cloud(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        forwarded.append(asgi.get_raw_path(scope))
        await asgi.send_response(send, 404, b"", [])

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent.append(message)

    client = AddressRegistration("acme", "prod", "site", "", "", login_api_id=login_api_id)
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [],
    }  # fmt: skip
    asyncio.run(SiteServer(client, Emulator(cloud, 0))(scope, receive, send))
    return sent[0]["status"], sent[1]["body"], forwarded


def test_the_steps_of_a_login_reach_their_api() -> None:
    prefix = "/_aws/execute-api/abc/$default"
    for step in ("/_login/auth", "/_login/callback"):
        assert get(step)[2] == [prefix + step]
        assert prefix + step not in get(step, login_api_id="")[2]


def test_the_simulated_page_links_back_with_a_code() -> None:
    status, body, forwarded = get("/_login/simulated", "client_id=%3Cb%3E&scope=repo&state=s1")
    assert (status, forwarded) == (200, [])
    assert b"<b>" not in body
    allow, decline = re.findall(r'href="([^"]+)"', body.decode())
    assert re.fullmatch(r"/_login/callback\?code=simulated-[0-9a-f]{32}&amp;state=s1", allow)
    assert decline == "/_login/callback?error=access_denied&amp;state=s1"


@pytest.mark.parametrize("provider", ["decap"])
def test_the_simulated_vendor_takes_a_code_once(provider: str) -> None:
    state: dict[str, object] = {}
    vendor = providers.load_simulated(provider).Simulated(lambda: state, state.update)
    body = b"client_id=a&client_secret=b&code=simulated-1"
    first, second = (vendor.respond("POST", TOKEN_URL, {}, body) for _ in range(2))
    assert b"gho_simulated" in first.body
    assert b"bad_verification_code" in second.body
