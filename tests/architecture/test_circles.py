"""Law 6: no import circle. Imports for type checkers only count as well."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "src", ROOT / "lambdas")


def module_name(path: Path, base: Path) -> str:
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_modules() -> dict[str, str]:
    """The text of every module of `src` and `lambdas`, by name."""
    return {
        module_name(path, folder if folder.name == "src" else ROOT): path.read_text()
        for folder in FOLDERS
        for path in sorted(folder.rglob("*.py"))
    }


def imports_in(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of a module and a name from it, wherever the import stands; the name may be empty.

    The sources use absolute imports only, which a test below asserts.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((str(node.module), alias.name) for alias in node.names)


def import_graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Each module with the modules that it imports.

    `from package import module` is an import of the module. That Python runs the package's
    `__init__` first is no dependency of the module on it.
    """
    graph: dict[str, set[str]] = {}
    for module, text in sources.items():
        dependencies = set()
        for source, name in imports_in(text):
            if f"{source}.{name}" in sources:
                dependencies.add(f"{source}.{name}")
            elif source in sources:
                dependencies.add(source)
        graph[module] = dependencies - {module}
    return graph


def find_circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """A chain of modules that ends where it began; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_through_others() -> None:
    graph = import_graph(source_modules())
    assert len(graph) > 400
    assert find_circle(graph) == []


def test_imports_are_absolute() -> None:
    relative = [
        module
        for module, text in source_modules().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


TYPE_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\n"


@pytest.mark.parametrize(
    "text",
    ["import a.b", "from a import b", "from a.b import x", "def f():\n    import a.b", TYPE_ONLY],
)
def test_every_form_of_import_closes_a_circle(text: str) -> None:
    graph = import_graph({"a": "", "a.b": "from a.c import f\n", "a.c": text})
    assert set(find_circle(graph)) == {"a.b", "a.c"}
