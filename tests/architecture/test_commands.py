"""The laws of the command line's faces: commands stay thin, and use cases know no terminal."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "platform_cli"
COMMANDS = SOURCE / "commands"
MAX_LINES = 80

HELPERS = {"__init__", "_arguments"}
"""Modules of `commands/` that are no verb."""

OLD_HELPERS = {
    "_advice_screen", "_begin", "_cost", "_cost_chart", "_cost_screen", "_deployed", "_interview",
    "_refresh", "_wish_interview",
}  # fmt: skip
"""Modules that still have to move to `api/`, `views/` or `prompts/`. May only shrink."""

LONG_COMMANDS = {"catalog", "cost", "doctor", "recommend", "secrets", "validate", "webhooks"}
"""Commands over 80 lines. May only shrink."""

MAX_INNER_IMPORTS = 85
"""Imports inside functions of `commands/` and `api/`. May only shrink, to 20."""


def command_files() -> list[Path]:
    return sorted(COMMANDS.glob("*.py"))


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_a_command_has_at_most_80_lines() -> None:
    long = {
        path.stem
        for path in command_files()
        if not path.stem.startswith("_") and len(path.read_text().splitlines()) > MAX_LINES
    }
    assert long <= LONG_COMMANDS


def test_the_folder_holds_commands_only() -> None:
    helpers = {path.stem for path in command_files() if path.stem.startswith("_")}
    assert helpers - HELPERS <= OLD_HELPERS


@pytest.mark.parametrize("path", command_files(), ids=lambda path: path.stem)
def test_a_command_imports_no_other_command(path: Path) -> None:
    for name in imported_modules(path):
        if name.startswith("platform_cli.commands."):
            assert name.split(".")[2] in HELPERS | OLD_HELPERS, name


def test_imports_stand_at_the_top() -> None:
    """`verbs.py` loads one command per call, so an import inside a function gains nothing."""
    inner = sum(
        isinstance(statement, ast.Import | ast.ImportFrom)
        for path in [*command_files(), *(SOURCE / "api").rglob("*.py")]
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for statement in ast.walk(function)
    )
    assert inner <= MAX_INNER_IMPORTS
