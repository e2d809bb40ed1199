"""The demo site in a real browser: the change is visible and every page is accessible."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
REQUIRED = "PLATFORM_REQUIRE_BROWSER" in os.environ
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}
Light = Literal["light", "dark"]

pytestmark = [
    pytest.mark.local,
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED,
        reason="chromium is not installed, so this is skipped (Debian: apt install chromium)",
    ),
]


@dataclass
class Visit:
    """One browser page with its console messages, errors and foreign requests."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    """Requested URLs that are not on this machine."""

    def __post_init__(self) -> None:
        self.page.on("console", self._record_message)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.on("request", self._record_request)

    def _record_message(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _record_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.hostname not in LOOPBACK:
            self.foreign_requests.append(request.url)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return the result of `platform demo` in an empty workspace."""
    root = tmp_path_factory.mktemp("demo")
    (root / "clients").mkdir()
    platform = [sys.executable, "-m", "platform_cli", "--workspace", str(root), "--json"]
    try:
        result = subprocess.run([*platform, "demo"], capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        yield json.loads(result.stdout)["data"]
    finally:
        subprocess.run([*platform, "local", "stop"], capture_output=True, check=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox", "--disable-gpu"]
        )


@contextmanager
def open_window(
    browser: Browser, screen: str = "desktop", scheme: Light = "light"
) -> Iterator[Visit]:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        yield Visit(context.new_page())
    finally:
        context.close()


def find_first_link(page: Page, path: str) -> str:
    """Return the link of the first card of a list."""
    return str(page.eval_on_selector(f'main a[href^="{path}"]', "link => link.href"))


def list_pages(demo: dict[str, Any], page: Page) -> Iterator[str]:
    """Iterate over the URLs of one page of each kind."""
    site = demo["site_url"]
    yield site + "/"
    yield site + demo["page"]
    for shelf in ("/products/", "/collections/", "/articles/"):
        yield site + shelf
    for shelf in ("/products/", "/collections/"):
        page.goto(site + shelf)
        yield find_first_link(page, shelf)
    page.goto(site + demo["page"])
    yield find_first_link(page, "/tags/")


def test_a_signed_webhook_changed_the_page(demo: dict[str, Any], browser: Browser) -> None:
    with open_window(browser) as visit:
        visit.page.goto(demo["site_url"] + demo["page"])
        assert demo["after"] != demo["before"]
        assert visit.page.locator("h1").inner_text() == demo["after"]
        assert demo["after"] in visit.page.title()
        visit.page.goto(demo["site_url"])
        assert visit.page.get_by_role("link", name=demo["after"]).first.is_visible()
        assert (visit.complaints, visit.foreign_requests) == ([], [])


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_load_without_errors_foreign_requests_or_overflow(
    demo: dict[str, Any], browser: Browser, screen: str, scheme: Light
) -> None:
    with open_window(browser, screen, scheme) as visit:
        for address in list_pages(demo, visit.page):
            visit.page.goto(address)
            assert visit.page.locator("h1").count() == 1, address
            wide = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{address} scrolls sideways by {wide} pixels"
            blank = visit.page.eval_on_selector_all(
                "img", "all => all.filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
            )
            assert blank == [], address
        assert (visit.complaints, visit.foreign_requests) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_meets_wcag_aa(demo: dict[str, Any], browser: Browser, scheme: Light) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    with open_window(browser, "phone", scheme) as visit:
        for address in list_pages(demo, visit.page):
            visit.page.goto(address)
            report = Axe().run(visit.page, options=rules)
            assert report.violations_count == 0, f"{address}\n{report.generate_report()}"


def test_the_first_link_by_keyboard_skips_to_the_content(
    demo: dict[str, Any], browser: Browser
) -> None:
    with open_window(browser) as visit:
        visit.page.goto(demo["site_url"])
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        assert urlsplit(visit.page.url).fragment
        target = visit.page.locator("main").get_attribute("id")
        assert urlsplit(visit.page.url).fragment == target


def test_an_unknown_page_shows_the_sites_404_page(demo: dict[str, Any], browser: Browser) -> None:
    with open_window(browser) as visit:
        answer = visit.page.goto(demo["site_url"] + "/no-such-page/")
        assert answer is not None
        assert answer.status == 404
        assert visit.page.get_by_role("navigation").first.is_visible()
        assert visit.foreign_requests == []


def test_a_sold_out_product_cannot_be_bought(demo: dict[str, Any], browser: Browser) -> None:
    with open_window(browser) as visit:
        visit.page.goto(demo["site_url"] + "/products/")
        sold_out = visit.page.locator("main li", has_text="Sold out").first
        visit.page.goto(str(sold_out.locator("a").first.evaluate("link => link.href")))
        assert visit.page.get_by_role("button", name="Sold out").is_disabled()
