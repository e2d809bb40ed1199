"""A preview in a real browser, beside the live site, from its build to its end.

Slow, because it deploys a client.
"""

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from platform_cli.engines import load_engine
from platform_cli.workspace import shipped_folder
from tests.local.ground import run_command

CHROMIUM = shutil.which("chromium")
REQUIRED = "PLATFORM_REQUIRE_BROWSER" in os.environ

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
service_integration:
  ssg_engine: hugo
  cms_config: {provider: strapi, settings: {url: "https://cms.plum.example"}}
preview: {}
"""
DRAFT = "This page is a draft."


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("previews")
    (root / "clients").mkdir()
    (root / "clients" / "plum.yaml").write_text(CLIENT)
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def site_url(root: Path) -> str:
    deployed = run_command(root, "deploy", "plum", "--local", "--yes")
    return str(deployed["data"]["site_url"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox", "--disable-gpu"]
        )


def write_draft(root: Path) -> Path:
    """Return a working folder with a page that the live site does not have."""
    draft = root / "draft"
    for path, source in load_engine("hugo").starter_files(shipped_folder("templates")).items():
        file = draft / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, file)
    page = draft / "static" / "draft" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"<!doctype html><title>Draft</title><p>{DRAFT}</p>")
    return draft


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Request a page without following a redirect."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=headers)
    try:
        with opener.open(request) as reply:
            return reply.status, dict(reply.headers), reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


def test_a_preview_shows_the_draft_while_the_live_site_does_not(
    root: Path, site_url: str, browser: Browser
) -> None:
    preview: dict[str, Any] = run_command(
        root, "preview", "plum", "--local", "--source", str(write_draft(root))
    )["data"]
    reviewer, visitor = browser.new_context(), browser.new_context()
    page, live = reviewer.new_page(), visitor.new_page()
    opened = page.goto(preview["url"])
    assert opened is not None
    assert page.url == f"{site_url}/"
    assert opened.headers["x-robots-tag"] == "noindex"
    assert opened.headers["cache-control"] == "no-store"
    assert opened.headers["referrer-policy"] == "no-referrer"
    page.goto(f"{site_url}/draft/")
    assert DRAFT in page.content()
    answer = live.goto(f"{site_url}/draft/")
    assert answer is not None
    assert answer.status == 404
    assert DRAFT not in live.content()
    # The home page and its style sheet come from the preview's own folder, and work there.
    home = page.goto(f"{site_url}/")
    assert home is not None
    assert home.ok
    assert page.evaluate("document.styleSheets.length") == live.evaluate(
        "document.styleSheets.length"
    )
    page.goto(f"{site_url}/_preview/")
    answer = page.goto(f"{site_url}/draft/")
    assert answer is not None
    assert answer.status == 404


def test_a_visitor_without_the_token_never_sees_it(root: Path, site_url: str) -> None:
    [preview] = run_command(root, "preview", "list", "plum", "--local")["data"]["previews"]
    assert preview["status"] == "ready"
    guesses = (
        "/draft/", f"/previews/{preview['id']}/draft/", "/_preview/x/draft/",
        "/assets/../previews/", f"/_preview/{preview['id']}",
    )  # fmt: skip
    for path in guesses:
        for headers in ({}, {"Cookie": f"preview-plum-prod={preview['id']}"}, {"X-Preview": "1"}):
            status, _, body = fetch(f"{site_url}{path}", **headers)
            assert (status, DRAFT in body) == (404, False), (path, headers)


def test_status_and_builds_know_the_preview(root: Path, site_url: str) -> None:
    status = run_command(root, "status", "plum", "--local")["data"]
    assert (status["previews"], status["failed_previews"]) == (1, 0)
    builds = run_command(root, "builds", "plum", "--local")["data"]["builds"]
    [preview] = [build for build in builds if build["cause"] == "preview"]
    assert (preview["status"], preview["release"]) == ("succeeded", None)
    log = run_command(root, "builds", "plum", "--local", "--log", preview["id"])
    assert "is complete" in str(log)


def test_drafts_of_the_cms_show_in_their_preview_only(root: Path, site_url: str) -> None:
    """An editor saves a draft. A preview without it, and the live site, do not show it."""
    page, title = f"{site_url}/articles/the-first-snow-and-a-new-glaze/", "The first snow"
    run_command(root, "send", "plum", "strapi", "entry.update.draft", "--local")
    run_command(
        root, "secrets", "set", "plum", "strapi", "drafts_token", "--local", stdin="reads drafts"
    )
    drafts, plain = (
        run_command(root, "preview", "plum", "--local", *options)["data"]
        for options in (("--drafts",), ())
    )
    answers = {}
    for name, preview in (("drafts", drafts), ("plain", plain)):
        token = preview["url"].rpartition("/")[2]
        status, _, body = fetch(page, Cookie=f"preview-plum-prod={token}")
        answers[name] = (status, title in body)
    assert answers == {"drafts": (200, True), "plain": (404, False)}
    run_command(root, "build", "plum", "--local")
    assert fetch(page)[0] == 404
    assert title not in fetch(f"{site_url}/")[2]


def test_an_ended_preview_is_gone(root: Path, site_url: str) -> None:
    started = run_command(root, "preview", "plum", "--local")["data"]
    assert fetch(started["url"])[0] == 200
    run_command(root, "preview", "end", "plum", started["id"], "--local")
    assert fetch(started["url"])[0] == 404
    left = run_command(root, "preview", "list", "plum", "--local")["data"]["previews"]
    assert started["id"] not in [preview["id"] for preview in left]
