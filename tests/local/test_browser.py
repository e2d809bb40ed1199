"""The demo, seen with a browser's eyes: what changed is on the page, and all of it can be read."""

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
        reason="chromium is not installed: nobody looks at the demo (Debian: apt install chromium)",
    ),
]


@dataclass
class Visit:
    """One page in one window, and what the browser said of it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    """Addresses that are not on this machine."""

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.hostname not in LOOPBACK:
            self.strangers.append(request.url)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `platform demo` did in an empty workspace."""
    root = tmp_path_factory.mktemp("demo")
    (root / "clients").mkdir()
    platform = [sys.executable, "-m", "platform_cli", "--workspace", str(root), "--json"]
    try:
        done = subprocess.run([*platform, "demo"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        yield json.loads(done.stdout)["data"]
    finally:
        subprocess.run([*platform, "local", "stop"], capture_output=True, check=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox", "--disable-gpu"]
        )


@contextmanager
def visit(browser: Browser, screen: str = "desktop", scheme: Light = "light") -> Iterator[Visit]:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        yield Visit(context.new_page())
    finally:
        context.close()


def first_link(page: Page, path: str) -> str:
    """Where the first card of a list leads."""
    return str(page.eval_on_selector(f'main a[href^="{path}"]', "link => link.href"))


def pages(demo: dict[str, Any], page: Page) -> Iterator[str]:
    """One page of each kind."""
    site = demo["site_url"]
    yield site + "/"
    yield site + demo["page"]
    for shelf in ("/products/", "/collections/", "/articles/"):
        yield site + shelf
    for shelf in ("/products/", "/collections/"):
        page.goto(site + shelf)
        yield first_link(page, shelf)


def test_a_signed_webhook_changed_the_page(demo: dict[str, Any], browser: Browser) -> None:
    with visit(browser) as seen:
        seen.page.goto(demo["site_url"] + demo["page"])
        assert demo["after"] != demo["before"]
        assert seen.page.locator("h1").inner_text() == demo["after"]
        assert demo["after"] in seen.page.title()
        seen.page.goto(demo["site_url"])
        assert seen.page.get_by_role("link", name=demo["after"]).first.is_visible()
        assert (seen.complaints, seen.strangers) == ([], [])


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_quiet_stays_here_and_fits(
    demo: dict[str, Any], browser: Browser, screen: str, scheme: Light
) -> None:
    with visit(browser, screen, scheme) as seen:
        for address in pages(demo, seen.page):
            seen.page.goto(address)
            assert seen.page.locator("h1").count() == 1, address
            wide = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{address} scrolls sideways by {wide} pixels"
            blank = seen.page.eval_on_selector_all(
                "img", "all => all.filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
            )
            assert blank == [], address
        assert (seen.complaints, seen.strangers) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_meets_wcag_aa(demo: dict[str, Any], browser: Browser, scheme: Light) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    with visit(browser, "phone", scheme) as seen:
        for address in pages(demo, seen.page):
            seen.page.goto(address)
            found = Axe().run(seen.page, options=rules)
            assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def test_a_keyboard_reaches_the_content_first(demo: dict[str, Any], browser: Browser) -> None:
    with visit(browser) as seen:
        seen.page.goto(demo["site_url"])
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        assert urlsplit(seen.page.url).fragment
        target = seen.page.locator("main").get_attribute("id")
        assert urlsplit(seen.page.url).fragment == target


def test_a_wrong_address_is_told_so_in_the_sites_own_words(
    demo: dict[str, Any], browser: Browser
) -> None:
    with visit(browser) as seen:
        answer = seen.page.goto(demo["site_url"] + "/no-such-page/")
        assert answer is not None
        assert answer.status == 404
        assert seen.page.get_by_role("navigation").first.is_visible()
        assert seen.strangers == []


def test_what_is_sold_out_cannot_be_bought(demo: dict[str, Any], browser: Browser) -> None:
    with visit(browser) as seen:
        seen.page.goto(demo["site_url"] + "/products/")
        sold_out = seen.page.locator("main li", has_text="Sold out").first
        seen.page.goto(str(sold_out.locator("a").first.evaluate("link => link.href")))
        assert seen.page.get_by_role("button", name="Sold out").is_disabled()
