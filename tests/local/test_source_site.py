"""A site that renders its own repository: an editor's save reaches the page, in both modes."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from tests.local.ground import run_command

pytestmark = [pytest.mark.local, pytest.mark.slow]

ARTICLE = "content/articles/a-shelf-for-seconds.md"
HUGO: Mapping[str, str] = {
    "hugo.toml": 'baseURL = "https://production.example/"\ntitle = "Journal"\n',
    ARTICLE: "---\ntitle: A shelf\ndate: 2026-06-01\n---\nThere are seconds.\n",
    "content.json": "a file of the repository",
    ".platform/publisher.py": "raise SystemExit('a repository replaces no tool')",
    "layouts/index.html": "<h1>{{ site.Title }}</h1>"
    "{{ range site.RegularPages }}<h2>{{ .Title }}</h2>{{ end }}",
    "layouts/single.html": "<h1>{{ .Title }}</h1>{{ .Content }}",
}
PLAIN: Mapping[str, str] = {
    "web/build.sh": "mkdir -p out && cat ../content/articles/*.md > out/index.html",
    "content/articles/what-the-kiln-said.md": "---\ntitle: The kiln\n---\n",
}
SITES = {
    "journal": (HUGO, "direct", "hugo", "decap", "{content: source}"),
    "notes": (
        PLAIN,
        "event_driven",
        "custom",
        "tina",
        "{content: source, root: web, build_command: sh build.sh, output: out}",
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("source-sites")
    for client, (files, mode, engine, cms, site) in SITES.items():
        for name, text in files.items():
            path = root / "clients" / client / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        settings = "{repository: github:fjord-and-fern/journal}"
        (root / "clients" / f"{client}.yaml").write_text(
            f"client_id: {client}\ncompany_name: {client.title()}\ndomain: {client}.example\n"
            f"contact_email: web@{client}.example\nservice_integration:\n"
            f"  integration_mode: {mode}\n  ssg_engine: {engine}\n"
            f"  cms_config: {{provider: {cms}, settings: {settings}}}\nsite: {site}\n"
        )
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


def visit(address: str) -> str:
    return httpx2.get(address, trust_env=False, follow_redirects=True).text


def deploy(root: Path, client: str) -> str:
    return str(run_command(root, "deploy", client, "--local", "--yes")["data"]["site_url"])


def releases(root: Path, client: str) -> list[Mapping[str, str]]:
    listed = run_command(root, "releases", "list", client, "--local")["data"]["releases"]
    return list(listed)


def test_an_editors_save_reaches_the_page_and_a_developers_file_stays(root: Path) -> None:
    """About 20 s: two deploys and two builds."""
    site = deploy(root, "journal")
    assert "<h2>A shelf</h2>" in visit(site)
    assert "There are seconds." in visit(f"{site}/articles/a-shelf-for-seconds/")
    run_command(root, "send", "journal", "decap", "push", "--wait", "--local")
    assert "<h2>A shelf for seconds, and thirds</h2>" in visit(site)

    page = root / "clients/journal/layouts/index.html"
    page.write_text(page.read_text().replace("<h1>", "<h1>The "))
    deploy(root, "journal")
    home = visit(site)
    assert "<h1>The Journal</h1>" in home
    assert "<h2>A shelf for seconds, and thirds</h2>" in home
    commits = [release["commit"] for release in releases(root, "journal")]
    assert len(set(commits)) == len(commits) == 3


def test_a_site_below_a_folder_of_its_repository_changes_in_event_driven_mode(root: Path) -> None:
    """About 10 s."""
    site = deploy(root, "notes")
    assert "title: The kiln" in visit(site)
    run_command(root, "send", "notes", "tina", "content.modified", "--wait", "--local")
    assert "Edited in the cloud" in visit(site)
    shown = run_command(root, "content", "notes", "--local")
    assert "what-the-kiln-said" in str(shown)
