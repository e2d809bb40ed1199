"""A GitHub and browsers in memory, for the login relay."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs, urlsplit

from platform_core import contract
from platform_core.http import HttpResponse
from platform_core.login.flow import AUTHORIZE_URL, LoginDeps, LoginResponse, begin_login
from platform_core.login.flow import finish_login as finish

SECRET = "the-secret-of-the-app"


@dataclass
class GitHub:
    """Issues codes and exchanges each once, for the right secret."""

    codes: dict[str, str] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=count)
    now: float = 1_796_000_000.0
    secret: str = SECRET

    def allow(self, account: str) -> str:
        """Return a code for an account, as after a click on Authorize."""
        code = f"code-{next(self.numbers)}"
        self.codes[code] = f"gho_{account}"
        return code

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        form = parse_qs((body or b"").decode())
        token = self.codes.pop(form["code"][0], None)
        if token is None or form["client_secret"] != [SECRET]:
            return HttpResponse(200, json.dumps({"error": "bad_verification_code"}).encode())
        return HttpResponse(200, json.dumps({"access_token": token}).encode())

    def deps(self) -> LoginDeps:
        return LoginDeps(
            client_id="Ov23li",
            scope="repo",
            authorize_url=AUTHORIZE_URL,
            read_secret=lambda: self.secret,
            http=self,
            clock=lambda: self.now,
            make_nonce=lambda: f"{next(self.numbers):032x}",
        )


@dataclass
class Browser:
    """Keeps the relay's cookie, as a browser does."""

    cookie: str = ""

    def begin(self, github: GitHub) -> str:
        """Start a login. Returns the state in GitHub's address."""
        response = begin_login({"sec-fetch-site": "same-origin"}, github.deps())
        self.keep(response)
        [state] = parse_qs(urlsplit(response.location).query)["state"]
        return state

    def finish(self, github: GitHub, code: str, state: str) -> LoginResponse:
        response = finish(f"code={code}&state={state}", [self.cookie], github.deps())
        self.keep(response)
        return response

    def keep(self, response: LoginResponse) -> None:
        pair, _, attributes = response.cookie.partition("; ")
        if pair.startswith(f"{contract.LOGIN_COOKIE}="):
            self.cookie = "" if "Max-Age=0" in attributes else pair
