"""The laws about what stands where (docs/decisions/0001)."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCES, name, parse

ENTRY_POINTS = {
    "src/platform_cli/cli.py": "a bug becomes one line and exit code 1",
    "lambdas/runtime/entry.py": "a bug is logged once, and raised again so that the sender retries",
}
"""Entry points that may catch every exception, with the reason."""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("src/platform_core/providers", "folder"), ("src/platform_cli/engines", "file")],
    ids=["providers", "engines"],
)
def test_an_open_set_is_named_in_its_own_place_only(folder: str, kind: str) -> None:
    home = ROOT / folder
    members = (
        [path.name for path in home.iterdir() if (path / "manifest.py").is_file()]
        if kind == "folder"
        else [path.stem for path in home.glob("*.py") if not path.stem.startswith("_")]
    )
    assert members
    strangers = []
    for member in members:
        own = home / (member if kind == "folder" else f"{member}.py")
        quoted = re.compile(rf"""["']{re.escape(member)}["']""")
        for path in SOURCES:
            if path != own and own not in path.parents and quoted.search(path.read_text()):
                strangers.append(f"{name(path)} names {member}")
    allowed = [
        found
        for found in strangers
        # A provider's manifest says which engines its users build with: that is its fact to tell.
        if not (kind == "file" and re.match(r"src/platform_core/providers/\w+/manifest\.py", found))
    ]
    assert allowed == []


def test_only_the_doors_catch_everything() -> None:
    catching = {
        name(path)
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    }
    assert catching <= set(ENTRY_POINTS)


def test_only_the_screen_prints() -> None:
    """The publisher is a program of its own: it runs in a build, whose log is its screen."""
    printing = {
        name(path)
        for path in SOURCES
        for node in ast.walk(parse(path))
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in {"secho", "echo"})
    }
    assert printing <= {"src/platform_cli/screen.py", "lambdas/publisher/publisher.py"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_locks_name_no_registry_host() -> None:
    locks = [
        path
        for path in tracked()
        if path.name in {"package-lock.json", "npm-shrinkwrap.json", ".npmrc"}
        or (path.suffix == ".txt" and "requirements" in path.as_posix())
    ]
    assert len(locks) >= 4
    naming = [
        name(path)
        for path in locks
        if re.search(r"resolved\"|registry=|index-url|find-links", path.read_text())
    ]
    assert naming == []


def test_every_python_requirement_has_a_hash() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text().replace("\\\n", " ")
        pinned = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert pinned
        assert all("==" in line and "--hash=sha256:" in line for line in pinned), path


def test_no_commit_names_a_machine() -> None:
    """Spelled in two halves, so that this file does not find itself."""
    machine = re.compile(
        "|".join(["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/[a-z]+/", "/Use" + "rs/"])
    )
    naming = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if machine.search(text):
            naming.append(name(path))
    assert naming == []


def test_templates_are_plain_site_files() -> None:
    assert not list((ROOT / "templates").rglob("*.py"))


def test_the_top_level_is_fixed() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert top == {
        ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md",
        "benchmarks", "clients", "docs", "lambdas", "pyproject.toml", "requirements", "src",
        "templates", "tests",
    }  # fmt: skip


def test_the_licence_is_mit() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
