"""Laws 8 and 9: commands stay thin, and use cases know no terminal (docs/decisions/0001)."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCES, functions, imported_modules, name, parse

SOURCE = ROOT / "src" / "platform_cli"
COMMANDS = SOURCE / "commands"
MAX_LINES = 80

HELPERS = {"__init__", "_arguments"}
"""Modules of `commands/` that are no verb."""

ROOMS_OF_CALLS = {
    "table": "views", "confirm": "prompts", "ask": "prompts", "choose": "prompts",
    "ask_secret": "prompts",
}  # fmt: skip
"""Methods of the screen, and the only folder that calls each."""
ROOMS_OF_LIBRARIES = {"rich": ("screen.py", "waiting.py", "chart/"), "questionary": ("screen.py",)}
"""Libraries that draw and ask, and their users below `platform_cli/`."""

MAX_INNER_IMPORTS = 3
"""Imports inside functions of `commands/` and `api/`: the CDK and the readers of prices, which take
long. May only shrink."""


def command_files() -> list[Path]:
    return sorted(COMMANDS.glob("*.py"))


def use_case_files() -> list[Path]:
    """Return the modules of `api/`, without `__init__.py`, whose `__getattr__` follows Python."""
    return sorted(path for path in (SOURCE / "api").rglob("*.py") if path.stem != "__init__")


def declaration_lines(tree: ast.Module) -> int:
    """Lines of help texts, of options (`X = Annotated[...]`), and of the verbs' signatures."""
    lines = 0
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Annotated["):
            lines += (node.end_lineno or 0) - node.lineno + 1
        if isinstance(node, ast.FunctionDef):
            lines += node.body[0].lineno - node.lineno
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    documented_nodes: list[ast.Module | ast.FunctionDef] = [tree, *functions]
    for documented in documented_nodes:
        if ast.get_docstring(documented):
            lines += (documented.body[0].end_lineno or 0) - documented.body[0].lineno + 1
    return lines


def code_lines(text: str) -> int:
    return len(text.splitlines()) - declaration_lines(ast.parse(text))


def test_a_command_has_at_most_80_lines() -> None:
    """Help texts, options and signatures do not count: they are what the verb offers."""
    long = {path.stem for path in command_files() if code_lines(path.read_text()) > MAX_LINES}
    assert long == set()


def test_signatures_and_help_do_not_count() -> None:
    assert code_lines('"""Help.\n\nMore."""\nX = Annotated[\n    int, 1\n]\nY = 2\n') == 1
    assert code_lines('def run(\n    a: int,\n) -> int:\n    """Data."""\n    return a\n') == 1


def test_the_folder_holds_commands_only() -> None:
    helpers = {path.stem for path in command_files() if path.stem.startswith("_")}
    assert helpers == HELPERS


@pytest.mark.parametrize("path", command_files(), ids=lambda path: path.stem)
def test_a_command_imports_no_other_command(path: Path) -> None:
    for module in imported_modules(path):
        if module.startswith("platform_cli.commands."):
            assert module.split(".")[2] in HELPERS, module


def test_imports_stand_at_the_top() -> None:
    """`verbs.py` loads one command per call. Exceptions are what few calls of a verb need."""
    inner = sum(
        isinstance(statement, ast.Import | ast.ImportFrom)
        for path in [*command_files(), *(SOURCE / "api").rglob("*.py")]
        for function in functions(path)
        for statement in ast.walk(function)
    )
    assert inner <= MAX_INNER_IMPORTS


# --- rendering and questions ----------------------------------------------------------------------


def room(path: Path) -> str:
    """Return the folder of `platform_cli/` that holds a module, at whatever depth."""
    return path.relative_to(SOURCE).parts[0]


def test_rendering_is_in_views_and_questions_are_in_prompts() -> None:
    misplaced = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).endswith("screen")
        and ROOMS_OF_CALLS.get(node.func.attr, room(path)) != room(path)
    ]
    assert misplaced == []


@pytest.mark.parametrize("library", ROOMS_OF_LIBRARIES)
def test_only_the_screen_draws_and_asks(library: str) -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if any(module.partition(".")[0] == library for module in imported_modules(path))
    }
    assert users
    assert {user for user in users if not user.startswith(ROOMS_OF_LIBRARIES[library])} == set()


# --- use cases ------------------------------------------------------------------------------------


def platform_errors() -> set[str]:
    """Return the names of `PlatformError` and of all classes below it."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for path in SOURCES
        for node in parse(path).body
        if isinstance(node, ast.ClassDef)
    }
    errors = {"PlatformError"}
    while below := {error for error in bases if bases[error] & errors} - errors:
        errors |= below
    return errors


def test_a_use_case_raises_platform_errors_only() -> None:
    known = platform_errors()
    others = [
        f"{name(path)}:{node.lineno} {ast.unparse(node.exc.func)}"
        for path in use_case_files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        # A lower-case name is a function that returns the error.
        if (error := ast.unparse(node.exc.func).rpartition(".")[2])[0].isupper()
        and error not in known
    ]
    assert others == []


def test_a_use_case_reports_through_the_port() -> None:
    for path in use_case_files():
        assert not {"logging", "warnings"} & set(imported_modules(path)), path
        for function in functions(path):
            for parameter in (*function.args.args, *function.args.kwonlyargs):
                if parameter.arg == "progress":
                    assert parameter.annotation is not None
                    assert ast.unparse(parameter.annotation) == "Progress", function.name
