"""The login function over a real emulator: a whole login, its headers and its log."""

import io
import json
import os
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from platform_core import contract
from tests.lambdas.test_handlers import Context, fresh, setenv

TOKEN = "gho_of_the_editor"
APP_SECRET = "the-secret-of-the-app"


class GitHub(BaseHTTPRequestHandler):
    """Exchanges every code."""

    def do_POST(self) -> None:
        body = json.dumps({"access_token": TOKEN}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Print nothing."""


@pytest.fixture
def handler(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = HTTPServer(("127.0.0.1", 0), GitHub)
    Thread(target=server.serve_forever, daemon=True).start()
    setenv(
        monkeypatch,
        **{
            contract.LOGIN_PROVIDER: "decap",
            contract.LOGIN_CLIENT_ID: "Ov23li",
            contract.LOGIN_SCOPE: "public_repo",
            contract.PROVIDER_API: f"http://127.0.0.1:{server.server_port}",
        },
    )
    yield fresh("login")
    server.shutdown()
    server.server_close()


def call(handler: Any, step: str, query: str = "", cookies: tuple[str, ...] = ()) -> dict[str, Any]:
    event = {
        "routeKey": f"GET /_login/{step}",
        "rawPath": f"/_login/{step}",
        "rawQueryString": query,
        "cookies": list(cookies),
        "requestContext": {"http": {"method": "GET"}},
    }
    return dict(handler(event, Context()))


def store_secret(client_id: str, environment: str) -> None:
    path = contract.secret_path(client_id, environment, "decap", contract.LOGIN_SECRET)
    value = json.dumps({"current": APP_SECRET, "previous": None})
    ssm: Any = boto3.client("ssm")
    ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)


def test_an_editor_logs_in_and_nothing_is_logged(
    handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = call(handler, "auth")
    assert refused["statusCode"] == 503, "the secret is not set"
    store_secret(os.environ[contract.CLIENT_ID], os.environ[contract.ENVIRONMENT])
    handler = fresh("login")
    written = io.StringIO()
    module = sys.modules["lambdas.login.handler"]
    monkeypatch.setattr(module.log.registered_handler, "stream", written)
    begun = call(handler, "auth")
    assert begun["statusCode"] == 302
    query = parse_qs(urlsplit(begun["headers"]["location"]).query)
    assert query["scope"] == ["public_repo"]
    cookie = begun["headers"]["set-cookie"].partition(";")[0]
    answer = f"code=the-code&state={query['state'][0]}"
    assert TOKEN not in call(handler, "callback", answer)["body"]
    done = call(handler, "callback", answer, (cookie,))
    assert done["statusCode"] == 200
    assert TOKEN in done["body"]
    for response in (refused, begun, done):
        assert response["headers"]["cache-control"] == "no-store"
        assert response["headers"]["referrer-policy"] == "no-referrer"
    logged = written.getvalue()
    assert '"logged_in"' in logged
    for secret in (TOKEN, APP_SECRET, "the-code", query["state"][0], cookie):
        assert secret not in logged
