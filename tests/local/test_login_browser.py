"""The messages of a login in a real browser: the page of the site gets the token, no other does."""

import os
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from platform_core.contract import LOGIN_PATH
from platform_core.login import pages
from platform_core.login.flow import LoginResponse, begin_login, finish_login
from tests.fakes.login import GitHub

CHROMIUM = shutil.which("chromium")
EDITOR = """<!doctype html><title>Editor</title><script>
const site = new URLSearchParams(location.search).get("site");
window.received = [];
addEventListener("message", (event) => {
  received.push(event.data);
  if (event.data === "authorizing:github") event.source.postMessage(event.data, event.origin);
});
const login = () => window.open(`${site}/_login/auth`);
</script><button onclick="login()">Login</button>"""
"""An editor with Decap's handshake, which does not even check the origin."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "PLATFORM_REQUIRE_BROWSER" not in os.environ,
        reason="chromium is not installed, so this is skipped (Debian: apt install chromium)",
    ),
]


class Site(BaseHTTPRequestHandler):
    """A site with an editor and a login relay, and a GitHub that asks nobody."""

    github = GitHub()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        match address.path:
            case "/admin/":
                self._send(200, EDITOR, {})
            case "/_login/auth":
                self._answer(begin_login(headers, self.github.deps()))
            case "/_login/callback":
                cookies = [headers.get("cookie", "")]
                self._answer(finish_login(address.query, cookies, self.github.deps()))
            case _:
                self._send(404, "", {})

    def _answer(self, response: LoginResponse) -> None:
        headers = {"set-cookie": response.cookie, "content-security-policy": pages.POLICY}
        if response.location:
            state = response.location.rpartition("state=")[2]
            code = self.github.allow("ann")
            headers["location"] = f"{LOGIN_PATH}callback?code={code}&state={state}"
        self._send(response.status, response.body, headers)

    def _send(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play, play.chromium.launch(executable_path=CHROMIUM) as opened:
        yield opened


def log_in(page: Page, editor: str, site: str) -> str:
    """Log in from an editor. Returns the text of the login's last page."""
    page.goto(f"{editor}/admin/?site={site}")
    with page.expect_popup() as popup:
        page.get_by_role("button").click()
    popup.value.wait_for_load_state()
    return popup.value.inner_text("p")


def test_the_editor_of_the_site_gets_the_token(browser: Browser, port: int) -> None:
    site = f"http://127.0.0.1:{port}"
    page = browser.new_page()
    assert "You are logged in" in log_in(page, site, site)
    page.wait_for_function("received.length === 2")
    assert page.evaluate("received[1]").startswith("authorization:github:success:")
    assert "gho_ann" in page.evaluate("received[1]")


def test_a_page_of_another_origin_gets_nothing(browser: Browser, port: int) -> None:
    page = browser.new_page()
    text = log_in(page, f"http://localhost:{port}", f"http://127.0.0.1:{port}")
    assert text == "Open the login from the editor."
    page.wait_for_timeout(200)
    assert page.evaluate("received") == []


def test_a_page_of_another_origin_gets_no_token_of_a_login_that_is_complete(
    browser: Browser, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: the messages go to the site's own origin, whoever opened the window."""
    monkeypatch.setattr("platform_core.login.flow._OWN_PAGES", {"", "same-origin", "cross-site"})
    page = browser.new_page()
    text = log_in(page, f"http://localhost:{port}", f"http://127.0.0.1:{port}")
    assert "You are logged in" in text
    page.wait_for_timeout(200)
    assert page.evaluate("received") == []
