"""The two steps of a login: send the browser to GitHub, and exchange the code that comes back.

No response, error or log names the token, the code or the secret, except the page for the editor.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, urlencode

from platform_core import contract
from platform_core.errors import PipelineError, SecretMissing
from platform_core.http import Http
from platform_core.login import pages
from platform_core.login.ticket import TICKET_SECONDS, is_valid, issue_ticket, state_of

AUTHORIZE_URL: Final = "https://github.com/login/oauth/authorize"
TOKEN_URL: Final = "https://github.com/login/oauth/access_token"  # noqa: S105 - an address
MAX_FIELDS: Final = 20
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.-]{1,512}")
_OWN_PAGES: Final = frozenset({"", "same-origin", "none"})
"""Values of `Sec-Fetch-Site` for a page of the site, and for a browser without the header."""
_ATTRIBUTES: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"


class LoginOutcome(StrEnum):
    """The outcome of a request, for the log."""

    BEGUN = "begun"
    LOGGED_IN = "logged_in"
    FOREIGN_PAGE = "foreign_page"
    FOREIGN_STATE = "foreign_state"
    DECLINED = "declined"
    CODE_REFUSED = "code_refused"
    UNAVAILABLE = "unavailable"
    NO_SECRET = "no_secret"  # noqa: S105 - an outcome


@dataclass(frozen=True, slots=True)
class LoginDeps:
    """The OAuth app, and everything outside of the relay."""

    client_id: str
    scope: str
    authorize_url: str
    """GitHub's page, or that of the simulation."""
    read_secret: Callable[[], str]
    """Returns the secret of the app. Raises `SecretMissing`."""
    http: Http
    clock: Callable[[], float]
    make_nonce: Callable[[], str]


@dataclass(frozen=True, slots=True)
class LoginResponse:
    status: int
    outcome: LoginOutcome
    body: str = ""
    location: str = ""
    cookie: str = ""


def begin_login(headers: Mapping[str, str], deps: LoginDeps) -> LoginResponse:
    """Send the browser to GitHub with a ticket. Raises `SecretStoreUnavailable`.

    Without a `redirect_uri` GitHub uses the callback of the app, so no request can name another.
    """
    if headers.get("sec-fetch-site", "") not in _OWN_PAGES:
        return _problem(403, LoginOutcome.FOREIGN_PAGE, "Open the login from the editor.")
    try:
        ticket = issue_ticket(deps.make_nonce(), deps.read_secret(), deps.clock())
    except SecretMissing:
        return _problem(503, LoginOutcome.NO_SECRET, "The secret of the login is not set.")
    query = {"client_id": deps.client_id, "scope": deps.scope, "state": state_of(ticket)}
    return LoginResponse(
        302,
        LoginOutcome.BEGUN,
        location=f"{deps.authorize_url}?{urlencode(query)}",
        cookie=f"{contract.LOGIN_COOKIE}={ticket}; Max-Age={TICKET_SECONDS}; {_ATTRIBUTES}",
    )


def finish_login(query: str, cookies: Iterable[str], deps: LoginDeps) -> LoginResponse:
    """Exchange a code for a token, in the browser that began the login only.

    Every response ends the ticket. Raises `SecretStoreUnavailable`.
    """
    fields = _parse_query(query)
    ticket, state = _read_ticket(cookies), _single(fields, "state")
    try:
        secret = deps.read_secret()
    except SecretMissing:
        return _problem(503, LoginOutcome.NO_SECRET, "The secret of the login is not set.")
    if not is_valid(ticket, state, secret, deps.clock()):
        message = "This login was not begun here, or it took too long. Close this window and retry."
        return _problem(403, LoginOutcome.FOREIGN_STATE, message)
    if "error" in fields:
        return _problem(403, LoginOutcome.DECLINED, "GitHub did not allow the login.")
    code = _single(fields, "code")
    if not _CODE.fullmatch(code):
        return _problem(400, LoginOutcome.CODE_REFUSED, "GitHub sent no code. Try again.")
    return _exchange(code, secret, deps)


def _exchange(code: str, secret: str, deps: LoginDeps) -> LoginResponse:
    form = {"client_id": deps.client_id, "client_secret": secret, "code": code}
    headers = {
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
    }
    try:
        answer = deps.http("POST", TOKEN_URL, headers=headers, body=urlencode(form).encode())
    except PipelineError:
        return _problem(502, LoginOutcome.UNAVAILABLE, "GitHub did not answer. Try again.")
    token = _read_token(answer.body) if answer.status == 200 else ""
    if not token:
        message = "GitHub refused the code. Try again; if it stays, check the OAuth app's secret."
        return _problem(403, LoginOutcome.CODE_REFUSED, message)
    return LoginResponse(200, LoginOutcome.LOGGED_IN, pages.render_success(token), cookie=_END)


_END: Final = f"{contract.LOGIN_COOKIE}=; Max-Age=0; {_ATTRIBUTES}"


def _problem(status: int, outcome: LoginOutcome, message: str) -> LoginResponse:
    return LoginResponse(status, outcome, pages.render_problem(message), cookie=_END)


def _parse_query(query: str) -> Mapping[str, list[str]]:
    """Return the fields; none of a query with more than GitHub sends."""
    try:
        return parse_qs(query, max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}


def _read_ticket(cookies: Iterable[str]) -> str:
    """Return the ticket; empty without one, or with two, of which one is foreign."""
    pairs = (part.strip().partition("=") for cookie in cookies for part in cookie.split(";"))
    tickets = [value for name, _, value in pairs if name == contract.LOGIN_COOKIE]
    return tickets[0] if len(tickets) == 1 else ""


def _single(fields: Mapping[str, list[str]], name: str) -> str:
    values = fields.get(name, [])
    return values[0] if len(values) == 1 else ""


def _read_token(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    token = answer.get("access_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""
