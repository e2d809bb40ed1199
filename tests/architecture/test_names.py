"""Law 14: names and docstrings (docs/decisions/0001)."""

import ast
import re
from collections import Counter

from tests.architecture.sources import SOURCES, functions, name, parse

PRODUCTS = {"SecretsManager"}
"""Names that AWS chose."""

PARTICIPLES = frozenset(
    [
        "told", "held", "found", "asked", "said", "made", "given", "wanted", "lacked", "seen",
        "shown", "kept", "done", "gone", "known", "named", "fitted", "signed", "applied",
        "published", "built", "placed", "taken", "written", "left", "sent", "sold", "laid", "born",
        "begun", "ended", "meant", "spelled", "spoken", "chosen", "drawn", "counted", "reckoned",
    ]
)  # fmt: skip
MAX_PARTICIPLES = 10
"""Functions named by a lone participle. May only shrink; `signed` is a name that providers use."""


def test_names_say_what_a_thing_is() -> None:
    empty = re.compile(r"(Manager|Helper|Utils?|^Base[A-Z]\w*|Enhanced\w*|V2)$")
    found = [
        f"{name(path)}:{node.name}"
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef) and empty.search(node.name) and node.name not in PRODUCTS
    ]
    assert found == []
    assert not [name(path) for path in SOURCES if re.search(r"(utils|helpers?)\.py$", path.name)]


def test_every_module_says_why_it_exists() -> None:
    mute = [
        name(path)
        for path in SOURCES
        if path.read_text().strip() and not ast.get_docstring(parse(path))
    ]
    assert mute == []


def test_functions_are_verb_phrases() -> None:
    lone = [
        f"{name(path)}:{function.name}"
        for path in SOURCES
        for function in functions(path)
        if function.name.strip("_") in PARTICIPLES
    ]
    assert len(lone) <= MAX_PARTICIPLES, lone


def test_a_class_name_stands_once() -> None:
    """Each provider has the same classes; a part and its construct share a name."""
    classes = Counter(
        node.name
        for path in SOURCES
        if "/providers/" not in path.as_posix() and "/parts/" not in path.as_posix()
        for node in parse(path).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_docstrings_open_with_a_verb_or_a_noun() -> None:
    """Law 14: a docstring is no answer to an unspoken question."""
    question = re.compile(r"(what|whatever|who|whoever|whom|whose|where|wherever|how)\b", re.I)
    questions = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and question.match(node.value.value.strip())
    ]
    assert questions == []
