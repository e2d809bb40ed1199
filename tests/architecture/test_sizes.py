"""Law 13: files, functions, signatures and folders are small (docs/decisions/0001)."""

import ast
from collections import Counter

from tests.architecture.sources import ROOT, SOURCES, Function, functions, name

LONG_FILES: dict[str, str] = {}
"""Files over 300 lines. May only shrink."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions over 40 lines, as `path:name`. May only shrink."""

MAX_PARAMETERS = 6
LONG_SIGNATURES: set[str] = set()
"""Functions with more parameters. May only shrink."""
MAX_MODULES = 15
OPEN_SETS = {"src/platform_core/providers", "src/platform_cli/commands"}


def length(function: Function) -> int:
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
    assert long == LONG_SIGNATURES


def test_folders_are_small() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in SOURCES if path.stem != "__init__"
    )
    assert {folder for folder in counts if counts[folder] > MAX_MODULES} <= OPEN_SETS
