"""The laws about what stands where (docs/decisions/0001)."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.architecture.sources import ROOT, SOURCES, name, parse

PROVIDERS = ROOT / "src" / "platform_core" / "providers"
ENGINES = ROOT / "src" / "platform_cli" / "engines"
FIGURES_OF_COMBINATIONS = {
    "src/platform_cli/blueprint/scores.yaml",
    "src/platform_cli/recommend/published.yaml",
}
"""Published figures, each about a CMS, a shop and an engine together."""
PROSE = {"description", "examples", "help", "hint"}
"""Arguments whose text a person reads, where a provider may be an example."""

ENTRY_POINTS = {
    "src/platform_cli/cli.py": "a bug becomes one line and exit code 1",
    "lambdas/runtime/entry.py": "a bug is logged once, and raised again so that the sender retries",
}
"""Files with one handler of every exception, with the reason."""

PRINTERS = {"src/platform_cli/screen.py"}
STREAM_USERS = {
    "src/platform_cli/screen.py": "the terminal",
    "src/platform_cli/cli.py": "configures the streams, and survives a closed one",
    "src/platform_cli/infra/app.py": "a child process, whose stderr its parent reads",
    "lambdas/publisher/checkout.py": "a program of its own, which logs to the log of its build",
    "lambdas/publisher/publisher.py": "a program of its own, which logs to the log of its build",
    "lambdas/publisher/secret_check.py": "a program of its own, which logs to the log of its build",
    "lambdas/publisher/site_tools.py": "a program of its own, which logs to the log of its build",
}


# --- law 5: an open set is named in its own place only -------------------------------------------


def members() -> dict[str, Path]:
    """Return every provider with its folder, and every engine with its file."""
    providers = {
        manifest.parent.name: manifest.parent for manifest in PROVIDERS.glob("*/manifest.py")
    }
    engines = {file.stem: file for file in ENGINES.glob("*.py") if not file.stem.startswith("_")}
    del engines["custom"]  # an ordinary word: its engine knows no generator
    return providers | engines


class _WithoutProse(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.Pass() if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg in PROSE else self.generic_visit(node)


def code_of(path: Path) -> str:
    """Return the code of a file, without comments, docstrings, help texts and hints."""
    text = path.read_text()
    return ast.unparse(_WithoutProse().visit(ast.parse(text))) if path.suffix == ".py" else text


def test_an_open_set_is_named_in_its_own_place_only() -> None:
    places = members()
    assert {PROVIDERS, ENGINES} == {place.parent for place in places.values()}
    word = re.compile(rf"(?<![a-z])({'|'.join(sorted(places, key=len, reverse=True))})(?![a-z])")
    naming = [
        f"{name(path)} names {member}"
        for path in tracked()
        if name(path).startswith(("src/", "lambdas/"))
        and name(path) not in FIGURES_OF_COMBINATIONS
        and path.parent.name != "deliveries"  # recorded: a vendor may name another one
        for member in sorted(set(word.findall(code_of(path))))
        if places[member] not in {path, *path.parents}
        # A manifest lists the engines that the provider's users build with: a fact about it.
        and not (path.name == "manifest.py" and places[member].parent == ENGINES)
    ]
    assert naming == []


# --- law 7: only entry points catch every exception ----------------------------------------------


def blanket_handlers(path: Path) -> Iterator[ast.ExceptHandler | ast.Call]:
    """Yield every handler of all exceptions: `except:`, `except Exception`, and `suppress`."""
    everything = re.compile(r"\b(Base)?Exception\b")
    for node in ast.walk(parse(path)):
        match node:
            case ast.ExceptHandler(type=None):
                yield node
            case ast.ExceptHandler(type=ast.expr() as caught):
                if everything.search(ast.unparse(caught)):
                    yield node
            case ast.Call(func=function) if ast.unparse(function).endswith("suppress"):
                if everything.search(ast.unparse(node)):
                    yield node


def test_only_entry_points_catch_everything() -> None:
    catching = [name(path) for path in SOURCES for _ in blanket_handlers(path)]
    assert sorted(catching) == sorted(ENTRY_POINTS)


def test_an_entry_point_states_why_it_catches_everything() -> None:
    for file in ENTRY_POINTS:
        lines = (ROOT / file).read_text().splitlines()
        for handler in blanket_handlers(ROOT / file):
            assert re.search(r"# .*entry point: \w+ \w+", lines[handler.lineno - 1]), file


# --- law 8: only the screen prints ---------------------------------------------------------------


def test_only_the_screen_prints() -> None:
    printing = {
        name(path)
        for path in SOURCES
        for node in ast.walk(parse(path))
        if (isinstance(node, ast.Name) and node.id in {"print", "echo", "secho"})
        or (isinstance(node, ast.Attribute) and node.attr in {"print", "echo", "secho"})
    }
    assert printing == PRINTERS


def test_only_the_screen_uses_the_streams_of_the_process() -> None:
    using = {
        name(path)
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}
    }
    assert using == set(STREAM_USERS)


# --- the repository ------------------------------------------------------------------------------


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
    folders = (ROOT / "requirements", ROOT / "lambdas" / "requirements")
    files = [list(folder.glob("*.txt")) for folder in folders]
    assert all(files)
    for path in chain.from_iterable(files):
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
        "SECURITY.md", "benchmarks", "clients", "docs", "lambdas", "pyproject.toml", "requirements",
        "src", "templates", "tests",
    }  # fmt: skip


def test_the_licence_is_mit() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
