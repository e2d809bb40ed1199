"""The laws of the command line's faces: commands stay thin, and use cases know no terminal."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, functions, imported_modules

SOURCE = ROOT / "src" / "platform_cli"
COMMANDS = SOURCE / "commands"
MAX_LINES = 80

HELPERS = {"__init__", "_arguments"}
"""Modules of `commands/` that are no verb."""

MAX_INNER_IMPORTS = 1
"""Imports inside functions of `commands/` and `api/`: the CDK, which takes seconds. May only
shrink."""


def command_files() -> list[Path]:
    return sorted(COMMANDS.glob("*.py"))


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
    """`verbs.py` loads one command per call, so an import inside a function gains nothing."""
    inner = sum(
        isinstance(statement, ast.Import | ast.ImportFrom)
        for path in [*command_files(), *(SOURCE / "api").rglob("*.py")]
        for function in functions(path)
        for statement in ast.walk(function)
    )
    assert inner <= MAX_INNER_IMPORTS
