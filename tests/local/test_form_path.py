"""The local site server sends the path of forms to their API, and nothing else."""

import asyncio

import pytest

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server import asgi
from platform_cli.local.sites.server import SiteServer


class Cloud:
    """Answers as the API of the forms does, and notes the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, bytes]] = []

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        body = await asgi.read_body(receive)
        self.requests.append((scope["method"], asgi.get_raw_path(scope), body))
        headers = [(b"location", b"/_forms/contact/thanks"), (b"access-control-allow-origin", b"*")]
        await asgi.send_response(send, 303, b"", headers)


def post(path: str, forms_api_id: str = "abc") -> tuple[int, dict[bytes, bytes], Cloud]:
    """Send a POST to the site. Returns the status, the headers and the cloud."""
    sent: list[asgi.Message] = []
    cloud = Cloud()

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": b"name=Ann", "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent.append(message)

    client = AddressRegistration("acme", "prod", "site", "", "", forms_api_id=forms_api_id)
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [],
    }  # fmt: skip
    asyncio.run(SiteServer(client, Emulator(cloud, 0))(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), cloud


def test_a_form_reaches_its_api() -> None:
    status, headers, cloud = post("/_forms/contact")
    assert (status, headers[b"location"]) == (303, b"/_forms/contact/thanks")
    assert b"access-control-allow-origin" not in headers
    path = "/_aws/execute-api/abc/$default/_forms/contact"
    assert cloud.requests == [("POST", path, b"name=Ann")]


@pytest.mark.parametrize(("path", "api"), [("/contact/", "abc"), ("/_forms/contact", "")])
def test_other_paths_take_no_post(path: str, api: str) -> None:
    status, _, cloud = post(path, api)
    assert status == 405
    assert not cloud.requests
