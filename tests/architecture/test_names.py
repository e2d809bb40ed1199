"""Law 14: names and docstrings (docs/decisions/0001)."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.sources import SOURCES, Function, functions, name, parse

PRODUCTS = {"SecretsManager", "PackageManager"}
"""Names that AWS and npm chose."""

PARTICIPLES = frozenset(
    [
        "told", "held", "found", "asked", "said", "made", "given", "wanted", "lacked", "seen",
        "shown", "kept", "done", "gone", "known", "named", "fitted", "signed", "applied",
        "published", "built", "placed", "taken", "written", "left", "sent", "sold", "laid", "born",
        "begun", "ended", "meant", "spelled", "spoken", "chosen", "drawn", "counted", "reckoned",
    ]
)  # fmt: skip
PREPOSITIONS = frozenset(
    [
        "about", "above", "across", "after", "against", "along", "among", "around", "as", "at",
        "before", "behind", "below", "beside", "between", "beyond", "by", "during", "for", "from",
        "in", "inside", "into", "of", "off", "on", "onto", "out", "outside", "over", "per", "since",
        "through", "to", "under", "until", "up", "upon", "via", "with", "within", "without",
    ]
)  # fmt: skip
LONE_WORDS = {
    "src/platform_cli/infra/shared_resources.py:required",
    "src/platform_core/pipeline/ingest/content_sync.py:_unlisted",
    "src/platform_core/webhooks/signatures.py:signed",
}
"""Functions named by a lone participle. May only shrink; providers of others use `signed`."""

REPEATED_CLASSES = {"ContentStore", "Inbox"}
"""Ports of the core whose names their handles in `infra/parts/` repeat. May only shrink."""


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


def is_property(function: Function) -> bool:
    """A property is an attribute to its reader, and may be an adjective, such as `changed`."""
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def is_lone_word(function: Function) -> bool:
    word = function.name.strip("_")
    regular = re.fullmatch(r"[a-z]+[^e]ed", word) is not None  # neither `need` nor `feed`
    return not is_property(function) and (regular or word in PARTICIPLES | PREPOSITIONS)


def test_functions_are_verb_phrases() -> None:
    lone = {
        f"{name(path)}:{function.name}"
        for path in SOURCES
        for function in functions(path)
        if is_lone_word(function)
    }
    assert lone == LONE_WORDS


def test_a_class_name_stands_once() -> None:
    """Each provider has the same classes; a part and its construct share a name."""
    places: dict[str, list[Path]] = defaultdict(list)
    for path in SOURCES:
        if "/providers/" not in path.as_posix():
            for node in parse(path).body:
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(path)
    parts = [f"src/platform_cli/{room}/parts" for room in ("blueprint", "infra")]
    repeated = {
        class_name
        for class_name, files in places.items()
        if len(files) > 1 and [name(file.parent) for file in files] != parts
    }
    assert repeated == REPEATED_CLASSES


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
