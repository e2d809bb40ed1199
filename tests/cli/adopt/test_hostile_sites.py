"""Hostile sites end in a clear error or work, and nothing of them runs."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_cli.adopt.report import examine_site
from platform_cli.adopt.source.site_files import FileKind, SiteFiles, SourceEntry
from platform_cli.api.clients.adoptions import Adoption, AdoptionOptions, adopt_site
from platform_cli.errors import PlatformError
from tests.cli.conftest import Call

PACKAGE = '{"dependencies": {"astro": "^5.0.0"}, "scripts": {"build": "astro build"}}'
DEEP_JSON = "[" * 100_000
YAML_BOMB = "\n".join(
    ["backend: &a0 {name: github}", "collections:"]
    + [f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
MERGE_BOMB = "\n".join(
    ["a0: &a0 {x: 1}"]
    + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    + ["backend: {<<: *a11}", "collections: []"]
)


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


def link_to_secret(site: Path) -> None:
    (site / "stolen.txt").symlink_to("/etc/passwd")


def link_to_itself(site: Path) -> None:
    (site / "loop").symlink_to(site)


def make_pipe(site: Path) -> None:
    os.mkfifo(site / "package-lock.json")


def name_in_latin1(site: Path) -> None:
    (site / os.fsdecode(b"caf\xe9.md")).write_text("x")


def name_with_escape(site: Path) -> None:
    (site / "a\x1b[2Jb.md").write_text("x")


def name_with_backslash(site: Path) -> None:
    (site / "..\\..\\x.md").write_text("x")


def names_that_clash(site: Path) -> None:
    (site / "Readme.md").write_text("1")
    (site / "README.md").write_text("2")


def huge_sparse_file(site: Path) -> None:
    with (site / "video.js").open("wb") as file:
        file.truncate(50_000_000_000)


def pointer_of_lfs(site: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:"
    (site / "hero.jpg").write_text(f"{text}{'a' * 64}\nsize 12345\n")


def write_text(name: str, text: str | bytes) -> Callable[[Path], None]:
    def write(site: Path) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return write


WORKING = {
    "link_to_secret": (link_to_secret, "a symbolic link"),
    "link_to_itself": (link_to_itself, "a symbolic link"),
    "pipe": (make_pipe, "neither a file nor a folder"),
    "name_in_latin1": (name_in_latin1, "not every system"),
    "name_with_escape": (name_with_escape, "not every system"),
    "name_with_backslash": (name_with_backslash, "not every system"),
    "names_that_clash": (names_that_clash, "upper and lower case"),
    "huge_file": (huge_sparse_file, "a file of 50,000 MB"),
    "pointer_of_lfs": (pointer_of_lfs, "a pointer of Git LFS"),
    "redirects": (
        write_text("_redirects", "\n".join(f"/a{n} /b{n}" for n in range(100_000))),
        "more than 10,000 rules",
    ),
    "cyclic_redirects": (write_text("_redirects", "/a /b\n/b /c\n/c /a"), "a cycle"),
    "redirect_to_a_script": (write_text("_redirects", "/a //evil.example"), "neither a path nor"),
    "deep_vercel": (write_text("vercel.json", DEEP_JSON), "not a JSON object"),
    "deep_toml": (write_text("netlify.toml", f"a = {DEEP_JSON}"), "not valid TOML"),
    "dotted_key": (write_text("netlify.toml", f"{'a.' * 100_000}b = 1"), "not valid TOML"),
    "dotted_header": (write_text("netlify.toml", f"[{'a . ' * 50_000}b]"), "not valid TOML"),
    "spaced_setting": (write_text("vite.config.ts", f"outDir{' ' * 200_000}" * 2), ""),
    "spaced_module": (write_text("go.mod", f"require{' ' * 200_000}x"), ""),
    "deep_lock": (write_text("package-lock.json", DEEP_JSON), ""),
    "lock_of_others": (write_text("yarn.lock", b"\x00\xff" * 1000), ""),
    "config_that_throws": (write_text("astro.config.mjs", "throw new Error('no')"), ""),
    "yaml_bomb": (write_text("admin/config.yml", YAML_BOMB), ""),
    "merge_bomb": (write_text("admin/config.yml", MERGE_BOMB), ""),
    "yaml_tag": (
        write_text("admin/config.yml", "backend: !!python/name:os.abort {}\ncollections: []"),
        "",
    ),
    "long_line": (write_text("app.js", "process.env." + "A" * 200_000), ""),
    "many_forms": (write_text("index.html", "<form " * 40_000), ""),
    "braces": (write_text("a.js", "{" * 200_000), ""),
    "gap": (write_text("a.js", f"sanity projectId: {' ' * 200_000}x"), ""),
    "lines": (write_text("a.js", "\n" * 200_000), ""),
    "outputs": (write_text("next.config.js", "output=" * 35_000), ""),
    "words": (write_text("a.js", "STRAPI" * 40_000), ""),
    "hyphens": (write_text("a.js", f"shopify foxycart {'a-' * 120_000}"), ""),
    "names": (write_text(".env", f"{'SANITY' * 40_000}=x"), ""),
    "reads": (write_text("a.js", "process.env.A;" * 18_000), ""),
    "lines_of_git": (write_text(".git/config", f'[remote "origin"]{chr(10) * 60_000}'), ""),
    "node_version": (write_text(".nvmrc", "9" * 100_000), ""),
    "utf16": (write_text("index.html", "<form netlify>".encode("utf-16")), ""),
    "hook": (write_text(".git/hooks/post-checkout", "#!/bin/sh\ntouch trap\n"), ""),
    "git_config": (
        write_text(".git/config", '[core]\nfsmonitor = touch t\n[remote "origin"]\nurl = ext::x'),
        "",
    ),
}  # fmt: skip


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
