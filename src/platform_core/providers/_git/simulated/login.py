"""Simulate the exchange of a code for a token. Any code works once, as at GitHub."""

from urllib.parse import parse_qs

from platform_core.http import HttpResponse
from platform_core.providers._git.simulated.answers import json_response
from platform_core.providers._git.simulated.history import State

LOGIN_HOST = "github.com"
TOKEN_PATH = "/login/oauth/access_token"  # noqa: S105 - an address
SIMULATED_TOKEN = "gho_simulated"  # noqa: S105 - opens nothing


def exchange_code(state: State, body: bytes) -> HttpResponse:
    """Return the token of a code that is new. The state then knows the code."""
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    codes = state.setdefault("login_codes", [])
    code = form.get("code", "")
    if not form.get("client_secret") or not code or code in codes:
        return json_response({"error": "bad_verification_code"})
    codes.append(code)
    return json_response({"access_token": SIMULATED_TOKEN, "token_type": "bearer"})
