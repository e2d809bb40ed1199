"""A starter's contact form in a real browser without JavaScript, down to the mail.

Slow, because it deploys a client.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.local.ground import run_command, try_command, wait_for

CHROMIUM = shutil.which("chromium")
REQUIRED = "PLATFORM_REQUIRE_BROWSER" in os.environ
SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}

pytestmark = [
    pytest.mark.local,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED,
        reason="chromium is not installed, so this is skipped (Debian: apt install chromium)",
    ),
]

CLIENT = """
client_id: plum
company_name: Plum Orchard
domain: plum.example
contact_email: web@plum.example
service_integration: {ssg_engine: hugo}
site:
  tagline: We grow plums.
  forms:
    contact:
      fields:
        - {name: name, required: true}
        - {name: email, label: E-mail, required: true}
        - {name: message, required: true}
        - {name: news, label: Send me news, type: checkbox}
      notify: hello@plum.example
"""


OF_NETLIFY = """<!doctype html><html lang="en"><title>Visit</title><h1>Visit</h1>
<form name="Visit" method="POST" data-netlify="true" netlify-honeypot="company" action="/seen.html">
<label>Name <input name="name" required></label> <button>Send</button></form></html>"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("forms")
    (root / "clients").mkdir()
    (root / "clients" / "plum.yaml").write_text(CLIENT)
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def contact(root: Path) -> str:
    """Return the address of the contact page of the deployed site."""
    deployed = run_command(root, "deploy", "plum", "--local", "--yes")
    return f"{deployed['data']['site_url']}/contact/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox", "--disable-gpu"]
        )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def list_entries(root: Path) -> list[dict[str, Any]]:
    data = run_command(root, "forms", "list", "plum", "--local")["data"]
    entries: list[dict[str, Any]] = data["entries"]
    return entries


def test_a_visitor_without_a_script_sends_an_entry_by_keyboard(
    root: Path, contact: str, page: Page
) -> None:
    page.goto(contact)
    page.get_by_label("Name").focus()
    for text in ("Jürgen Müller", "juergen@example.org", "Hello\nPlums?"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/_forms/contact/thanks")
    assert page.locator("h1").inner_text() == "Thank you"
    page.reload()
    [entry] = list_entries(root)
    assert entry["values"] == {
        "name": "Jürgen Müller",
        "email": "juergen@example.org",
        "message": "Hello\nPlums?",
        "news": "yes",
    }
    wait_for(lambda: [entry["mail"] for entry in list_entries(root)] == ["sent"])
    [mail] = run_command(root, "forms", "mails", "plum", "--local")["data"]["mails"]
    assert mail["recipients"] == ["hello@plum.example"]
    assert "Plums?" in mail["text"]
    assert run_command(root, "status", "plum", "--local")["data"]["form_entries"] == 1


def test_a_problem_keeps_the_values_of_the_visitor(
    root: Path, contact: str, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(contact)
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_label("Name").fill('Ann <b>"x"</b>')
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/_forms/contact")
    assert page.get_by_label("Name").input_value() == 'Ann <b>"x"</b>'
    assert page.get_by_text("This is not an e-mail address.").is_visible()
    assert page.locator("[aria-invalid]").count() == 2
    assert Axe().run(page).violations_count == 0
    before = len(list_entries(root))
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_label("Message").fill("Hello again")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/_forms/contact/thanks")
    assert len(list_entries(root)) == before + 1
    context.close()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_accessible(contact: str, browser: Browser, screen: str, scheme: Any) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for address in (contact, contact.replace("/contact/", "/_forms/contact/thanks")):
        page.goto(address)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{screen}-{scheme}-{address.count('_')}.png")
    context.close()


def test_a_form_of_netlify_is_received_unchanged(root: Path, page: Page) -> None:
    site = root / "visits"
    site.mkdir()
    (site / "index.html").write_text(OF_NETLIFY)
    (site / "seen.html").write_text("<h1>We have seen it</h1>")
    adopted = run_command(root, "adopt", str(site), "visits")["data"]
    assert adopted["obstacles"] == []
    deployed = run_command(root, "deploy", "visits", "--local", "--yes")
    page.goto(deployed["data"]["site_url"])
    page.get_by_label("Name").fill("Ann")
    page.get_by_role("button", name="Send").click()
    assert page.locator("h1").inner_text() == "We have seen it"
    [entry] = run_command(root, "forms", "list", "visits", "--local")["data"]["entries"]
    assert (entry["form"], entry["values"]) == ("visit", {"name": "Ann"})


def test_another_site_sends_nothing(root: Path, contact: str) -> None:
    before = len(list_entries(root))
    answer = httpx2.post(
        contact.replace("/contact/", "/_forms/contact"),
        data={"name": "Ann", "email": "ann@example.org", "message": "Hello"},
        headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        trust_env=False,
    )
    assert answer.status_code == 403
    assert "<h1>" in answer.text
    assert len(list_entries(root)) == before


def test_forget_erases_the_entries_of_a_visitor(root: Path, contact: str) -> None:
    erased = run_command(
        root, "forget", "plum", "--email", "juergen@example.org", "--local", "--yes"
    )
    assert len(erased["data"]["entries"]) == 1
    assert "juergen@example.org" not in str(list_entries(root))


def test_destroy_with_data_deletes_the_entries(root: Path, contact: str) -> None:
    run_command(root, "destroy", "plum", "--local", "--yes", "--with-data")
    code, _ = try_command(root, "forms", "list", "plum", "--local")
    assert code != 0
