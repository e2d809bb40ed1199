"""The laws about what stands where (docs/decisions/0001)."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "lambdas").rglob("*.py")])

ENTRY_POINTS = {
    "src/platform_cli/cli.py": "a bug becomes one line and exit code 1",
    "lambdas/runtime/entry.py": "a bug is logged once, and raised again so that the sender retries",
}
"""Entry points that may catch every exception, with the reason."""

LONG_FILES: dict[str, str] = {}
"""Files over 300 lines. May only shrink."""

PRODUCTS = {"SecretsManager"}
"""Names that AWS chose."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions over 40 lines, as `path:name`. May only shrink."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines that do something: neither the docstring nor a signature (a verb's options) counts."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_files_are_short() -> None:
    long = {name(path) for path in SOURCES if len(path.read_text().splitlines()) > 300}
    assert long == set(LONG_FILES)


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}:{function.name}"
        for path in SOURCES
        for function in functions(path)
        if length(function) > 40
    }
    assert long == set(LONG_FUNCTIONS)


def test_every_module_says_why_it_exists() -> None:
    mute = [
        name(path)
        for path in SOURCES
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert mute == []


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
        for node in ast.walk(ast.parse(path.read_text()))
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
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in {"secho", "echo"})
    }
    assert printing <= {"src/platform_cli/screen.py", "lambdas/publisher/publisher.py"}


def test_names_say_what_a_thing_is() -> None:
    empty = re.compile(r"(Manager|Helper|Utils?|^Base[A-Z]\w*|Enhanced\w*|V2)$")
    found = [
        f"{name(path)}:{node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and empty.search(node.name) and node.name not in PRODUCTS
    ]
    assert found == []
    assert not [name(path) for path in SOURCES if re.search(r"(utils|helpers?)\.py$", path.name)]


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


PARTICIPLES = frozenset(
    [
        "told",
        "held",
        "found",
        "asked",
        "said",
        "made",
        "given",
        "wanted",
        "lacked",
        "seen",
        "shown",
        "kept",
        "done",
        "gone",
        "known",
        "named",
        "fitted",
        "signed",
        "applied",
        "published",
        "built",
        "placed",
        "taken",
        "written",
        "left",
        "sent",
        "sold",
        "laid",
        "born",
        "begun",
        "ended",
        "meant",
        "spelled",
        "spoken",
        "chosen",
        "drawn",
        "counted",
        "reckoned",
    ]
)
MAX_PARTICIPLES = 10
"""Functions named by a lone participle. May only shrink; `signed` is a name that providers use."""
MAX_PARAMETERS = 6
LONG_SIGNATURES = {"src/platform_cli/targets/tables.py:query"}
"""Functions with more parameters. May only shrink."""
MAX_MODULES = 15
OPEN_SETS = {"src/platform_core/providers", "src/platform_cli/commands"}


def test_functions_are_verb_phrases() -> None:
    lone = [
        f"{name(path)}:{function.name}"
        for path in SOURCES
        for function in functions(path)
        if function.name.strip("_") in PARTICIPLES
    ]
    assert len(lone) <= MAX_PARTICIPLES, lone


def test_signatures_are_short() -> None:
    """A verb's signature is its list of options."""
    long = {
        f"{name(path)}:{function.name}"
        for path in SOURCES
        if "/commands/" not in path.as_posix()
        for function in functions(path)
        if sum(
            parameter.arg not in {"self", "cls"}
            for parameter in (
                *function.args.posonlyargs,
                *function.args.args,
                *function.args.kwonlyargs,
            )
        )
        > MAX_PARAMETERS
    }
    assert long <= LONG_SIGNATURES


def test_folders_are_small() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in SOURCES if path.stem != "__init__"
    )
    assert {folder for folder in counts if counts[folder] > MAX_MODULES} <= OPEN_SETS


def test_a_class_name_stands_once() -> None:
    """Each provider has the same classes; a part and its construct share a name."""
    classes = Counter(
        node.name
        for path in SOURCES
        if "/providers/" not in path.as_posix() and "/parts/" not in path.as_posix()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_actions_are_values() -> None:
    """Law 11: only the codec of the actions knows how a message spells them."""
    spelling = {name(path) for path in SOURCES if re.search(r"\bACTION_[A-Z]+\b", path.read_text())}
    assert spelling == {
        "src/platform_core/contract/actions.py",
        "src/platform_core/pipeline/actions.py",
    }


def test_docstrings_open_with_a_verb_or_a_noun() -> None:
    """Law 14: a docstring is no answer to an unspoken question."""
    question = re.compile(r"(what|whatever|who|whoever|whom|whose|where|wherever|how)\b", re.I)
    questions = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and question.match(node.value.value.strip())
    ]
    assert questions == []
