"""Ordinary sites that are not our starters go live, without editing a file of theirs."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from tests.local.ground import run_command

pytestmark = [pytest.mark.local, pytest.mark.slow]

HUGO = {
    "hugo.toml": 'baseURL = "https://production.example/"\ntitle = "Orchard"\n'
    'languageCode = "en-us"\n',  # deprecated, so every build warns
    "content/about.md": "---\ntitle: About us\n---\nWe grow plums.\n",
    "static/assets/style.css": "body { color: plum }",
    "layouts/index.html": '<h1>{{ site.Title }}</h1><a href="{{ "about/" | absURL }}">About</a>',
    "layouts/single.html": "<h1>{{ .Title }}</h1>{{ .Content }}",
}
ELEVENTY = {
    "package.json": '{"scripts": {"build": "eleventy"}, "dependencies":'
    ' {"@11ty/eleventy": "3.1.7"}}',
    "eleventy.config.js": 'module.exports = () => ({ dir: { input: "pages", output: "dist" } });',
    "pages/_data/env.js": 'module.exports = { url: process.env.URL || "https://production.example"'
    ", greeting: process.env.GREETING };",
    "pages/index.md": "# {{ env.greeting }}\n\n<a href='{{ env.url }}/about/'>About</a>\n",
}
APPLICATION = {
    "apps/shop/app.html": "<h1>Shop</h1>",
    "apps/shop/make.sh": 'mkdir -p build && sed "s/Shop/Shop of $OWNER/" app.html'
    " > build/index.html",
}
PAGES = {"index.html": "<h1>Pages</h1>", "_redirects": "/find/* /found/:splat 302\n"}
MOVED = (
    "{build_command: mkdir out && cp index.html _redirects out/, output: out,"
    " redirects: [{path: /old, to: /TARGET/}], headers: [{path: /, values: {X-Tea: TARGET}}]}"
)
SITES: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "orchard": ("hugo", HUGO, "{}"),
    "journal": ("eleventy", ELEVENTY, "{env: {GREETING: Good morning}}"),
    "shop": (
        "custom",
        APPLICATION,
        "{root: apps/shop, build_command: sh make.sh, output: build, not_found: spa,"
        " env: {OWNER: Ada}}",
    ),
    "moved": ("custom", PAGES, MOVED.replace("TARGET", "first")),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a workspace with a client for each site."""
    root = tmp_path_factory.mktemp("own-sites")
    for client, (engine, files, site) in SITES.items():
        for name, text in files.items():
            path = root / "clients" / client / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (root / "clients" / f"{client}.yaml").write_text(
            f"client_id: {client}\ncompany_name: {client.title()}\ndomain: {client}.example\n"
            f"contact_email: web@{client}.example\nservice_integration: {{ssg_engine: {engine}}}\n"
            f"site: {site}\n"
        )
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


def deploy(root: Path, client: str) -> str:
    """Deploy the client to the embedded cloud and return the address of its site."""
    return str(run_command(root, "deploy", client, "--local", "--yes")["data"]["site_url"])


def visit(address: str) -> httpx2.Response:
    return httpx2.get(address, trust_env=False, follow_redirects=True)


def test_a_site_with_a_deprecated_setting_and_without_a_404_page_goes_live(root: Path) -> None:
    site = deploy(root, "orchard")
    home = visit(site)
    assert "<h1>Orchard</h1>" in home.text
    assert f"{site}/about/" in home.text
    assert "production.example" not in home.text
    assert "plum" in visit(f"{site}/assets/style.css").text
    assert "We grow plums." in visit(f"{site}/about/").text
    missing = visit(f"{site}/missing/")
    assert (missing.status_code, "does not exist" in missing.text) == (404, True)


def test_a_site_without_a_lock_file_goes_live_and_says_so(root: Path) -> None:
    site = deploy(root, "journal")
    home = visit(site)
    assert "Good morning" in home.text
    assert f"href='{site}/about/'" in home.text
    [build] = run_command(root, "builds", "journal", "--local")["data"]["builds"]
    log = run_command(root, "builds", "journal", "--local", "--log", build["id"])
    assert "No lock file" in str(log)


def test_an_application_of_one_page_answers_every_path(root: Path) -> None:
    site = deploy(root, "shop")
    for path in ("/", "/cart/", "/products/plum.html"):
        page = visit(site + path)
        assert (page.status_code, page.text) == (200, "<h1>Shop of Ada</h1>")


def test_redirects_and_headers_flip_with_their_release(root: Path) -> None:
    """About 15 s: two deploys and a rollback."""
    site = deploy(root, "moved")
    assert rules_of(site) == ("/first/", "first")
    file = root / "clients" / "moved.yaml"
    file.write_text(file.read_text().replace("first", "second"))
    deploy(root, "moved")
    assert rules_of(site) == ("/second/", "second")
    run_command(root, "rollback", "moved", "--local", "--yes")
    assert rules_of(site) == ("/first/", "first")


def rules_of(site: str) -> tuple[str, str]:
    """Return the target of a redirect, and a header of the home page."""
    assert httpx2.get(f"{site}/find/any", trust_env=False).headers["location"] == "/found/any"
    assert visit(f"{site}/_redirects").status_code == 404
    redirect = httpx2.get(f"{site}/old", trust_env=False)
    assert redirect.status_code == 301
    return redirect.headers["location"], visit(f"{site}/").headers["x-tea"]
