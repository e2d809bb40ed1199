"""Hostile sites end in a clear error or work, and nothing of them runs."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_cli.adopt.report import examine_site
from platform_cli.adopt.source.site_files import FileKind, SiteFiles, SourceEntry
from platform_cli.api.clients.adoptions import Adoption, AdoptionOptions, adopt_site
from platform_cli.errors import PlatformError
from tests.cli.adopt.hostile_sites import DEEP_JSON, PACKAGE, WORKING, write_text
from tests.cli.conftest import Call


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of a site that would work."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "package.json").write_text(PACKAGE)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "shops" / "clients").mkdir(parents=True)
    return tmp_path / "shops"


def adopt_folder(site: Path, workspace: Path) -> Adoption:
    return adopt_site(os.fspath(site), AdoptionOptions("acme"), workspace=workspace)


@pytest.mark.parametrize("name", WORKING)
def test_a_hostile_site_works(name: str, site: Path, workspace: Path) -> None:
    prepare, message = WORKING[name]
    prepare(site)
    adoption = adopt_folder(site, workspace)
    found = [finding.message for finding in adoption.report.obstacles]
    assert any(message in text for text in found) if message else found == []
    copied = list((workspace / "clients" / "acme").rglob("*"))
    assert not any(path.is_symlink() for path in copied)
    assert sum(path.stat().st_size for path in copied) < 10_000_000
    assert not (site / "trap").exists()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_odd_names_can_be_printed(
    options: list[str], site: Path, workspace: Path, call: Call
) -> None:
    for name in (b"caf\xe9", b"\x1b[2J"):
        folder = site / os.fsdecode(name)
        write_text("package.json", PACKAGE)(folder)
        write_text("index.html", "<form netlify>")(folder)
        write_text(os.fsdecode(name), "process.env.A sk_live_abcdefghijklmnop")(folder)
    called = call(
        "adopt", os.fspath(site), "acme", "--dry-run", "--workspace", os.fspath(workspace), *options
    )
    assert called.code == 0, called.err
    assert "\x1b" not in called.out
    called.out.encode()


def remove_access(site: Path) -> None:
    (site / "folder").write_text("")
    (site / "package.json").unlink()
    (site / "package.json").mkdir()


def nest_folders(site: Path) -> None:
    (site / "/".join(["d"] * 80)).mkdir(parents=True)


REFUSED = {
    "manifest_is_a_folder": (remove_access, "no site generator was recognized"),
    "deep_folders": (nest_folders, "nested deeper than"),
    "deep_manifest": (write_text("package.json", DEEP_JSON), "no site generator was recognized"),
    "manifest_is_no_object": (
        write_text("package.json", "[1]"),
        "no site generator was recognized",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_site_is_refused(name: str, site: Path, workspace: Path) -> None:
    prepare, message = REFUSED[name]
    prepare(site)
    with pytest.raises(PlatformError, match=message):
        adopt_folder(site, workspace)
    assert list((workspace / "clients").iterdir()) == []


def test_a_huge_file_in_a_repository_is_not_read() -> None:
    """A zip bomb: a few kilobytes of packed zeros are a file of 10 GB."""

    def read(path: str) -> bytes:
        assert path != "bomb.js"
        return PACKAGE.encode()

    entries = [SourceEntry("package.json", 100), SourceEntry("bomb.js", 10_000_000_000)]
    report = examine_site(SiteFiles(entries, read))
    assert [finding.where for finding in report.obstacles] == ["bomb.js"]


NAMES = st.sampled_from(
    [
        *("package.json", "netlify.toml", "vercel.json", "_redirects", "_headers", ".env", "a.js"),
        *(".nvmrc", "hugo.toml", "admin/config.yml", "tina/config.ts", "CNAME", "pnpm-lock.yaml"),
        "Gemfile.lock",
    ]
)
SNIPPETS = st.sampled_from(
    [
        *(PACKAGE, '{"scripts": 5, "dependencies": {"astro": [1]}}', "[build]\nbase = ", '"x"'),
        *("[[redirects]]\n", "[[plugins]]\n", "backend: ", "collections: ", "process.env."),
        *("TOKEN=", "/a /b 301\n", "sanity projectId: '", "\n", "{", "}", "\x00", "acme.example"),
    ]
)
TREES = st.dictionaries(
    NAMES | st.text(max_size=12),
    st.lists(SNIPPETS | st.text(max_size=6), max_size=8).map("".join) | st.binary(max_size=40),
    max_size=6,
)


@settings(max_examples=150)
@given(TREES, st.sampled_from(FileKind), st.sampled_from([None, "", "a", "..", "admin"]))
def test_no_tree_raises_another_error(
    tree: dict[str, str | bytes], kind: FileKind, root: str | None
) -> None:
    contents = {
        path: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for path, text in tree.items()
    }
    entries = [SourceEntry(path, len(content)) for path, content in contents.items()]
    files = SiteFiles([*entries, SourceEntry("odd", kind=kind)], contents.get)
    try:
        report = examine_site(files, root=root)
    except PlatformError:
        return
    json.dumps([finding.message for finding in report.obstacles])
