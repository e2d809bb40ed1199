"""GET /_login/auth and GET /_login/callback. No code, state, token or address is in the log."""

import os
import secrets as random
import time
from typing import Any

from lambdas.runtime import env
from lambdas.runtime.adapters import clients, secrets
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.http import BoundedHttp
from lambdas.runtime.http_api import to_request
from lambdas.runtime.log import make_logger
from platform_core import contract
from platform_core.login import pages
from platform_core.login.flow import (
    AUTHORIZE_URL,
    LoginDeps,
    LoginResponse,
    begin_login,
    finish_login,
)

EXCHANGE_SECONDS = 8.0
"""Timeout of GitHub's answer, below that of the function."""

settings = env.read_client(os.environ)
provider = env.read_text(os.environ, contract.LOGIN_PROVIDER)
log = make_logger("login", settings)
store = secrets.CachedSecrets(
    secrets.make_secret_fetcher(settings.secret_store, clients.client(settings.secret_store)),
    settings.client_id,
    settings.environment,
    time.time,
)
deps = LoginDeps(
    client_id=env.read_text(os.environ, contract.LOGIN_CLIENT_ID),
    scope=env.read_text(os.environ, contract.LOGIN_SCOPE),
    authorize_url=(
        f"{contract.LOGIN_PATH}{contract.LOGIN_SIMULATED}"
        if settings.provider_api
        else AUTHORIZE_URL
    ),
    read_secret=lambda: store.current(provider, contract.LOGIN_SECRET),
    # A code is valid once, so a second attempt would fail for certain.
    http=BoundedHttp(settings.provider_api, timeout=EXCHANGE_SECONDS, attempts=1),
    clock=time.time,
    make_nonce=lambda: random.token_hex(16),
)


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one request of the HTTP API, payload version 2.0."""
    headers = to_request(event, time.time()).headers
    if event["routeKey"].endswith(contract.LOGIN_CALLBACK):
        cookies = [*event.get("cookies", ()), headers.get("cookie", "")]
        response = finish_login(event.get("rawQueryString", ""), cookies, deps)
    else:
        response = begin_login(headers, deps)
    log.info("login", extra={"outcome": response.outcome, "status": response.status})
    return _to_gateway(response)


def _to_gateway(response: LoginResponse) -> dict[str, Any]:
    headers = {
        "cache-control": "no-store",
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": pages.POLICY,
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
        "set-cookie": response.cookie,
    }
    if response.location:
        headers["location"] = response.location
    return {"statusCode": response.status, "headers": headers, "body": response.body}
