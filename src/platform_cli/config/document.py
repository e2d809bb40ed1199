"""YAML as a tree that remembers where everything stands.

Reads events, never objects: a tag can name no class, an alias cannot multiply, and the depth and
size are bounded. A plain scalar is `true`, a number or nothing only where YAML 1.2 says so: `no`
stays the word it is, `12:30` and `010` stay as written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from platform_cli.errors import Finding

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
CORE_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}

Plain = Any
"""What JSON can hold."""


class Mark(NamedTuple):
    """A place in the file, counted from 1; `width` in characters."""

    line: int
    column: int
    width: int = 1
    lines: int = 1
    """On how many lines the value stands."""


@dataclass(slots=True)
class Node:
    """A value and where it stands; of a mapping also where each key stands."""

    mark: Mark
    text: str | None = None
    """A scalar as it was written."""
    value: Plain = None
    members: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    items: list["Node"] = field(default_factory=list)
    kind: str = "scalar"

    def plain(self) -> Plain:
        """The value without places."""
        match self.kind:
            case "mapping":
                return {key: node.plain() for key, node in self.members.items()}
            case "sequence":
                return [node.plain() for node in self.items]
            case _:
                return self.value

    def scalars(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Node"]]:
        """Every scalar below, with the keys that lead to it."""
        if self.kind == "scalar":
            yield path, self
        for key, node in self.members.items():
            yield from node.scalars((*path, key))
        for index, node in enumerate(self.items):
            yield from node.scalars((*path, str(index)))


Problem = tuple[Mark, str, str]
"""Where, what, and what to do."""


@dataclass(slots=True)
class Unreadable(Exception):
    """The file cannot be understood as YAML at all."""

    message: str
    mark: Mark
    hint: str = ""


@dataclass(slots=True)
class Document:
    """A file's lines, its tree, and what is wrong with its form."""

    lines: list[str]
    root: Node
    problems: list[Problem] = field(default_factory=list)


def resolve(text: str) -> Plain:
    """A plain scalar's value by the core schema of YAML 1.2, as far as a config needs it."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    return text


def parse(text: str) -> Document:
    """The one document of a file; raises `Unreadable`."""
    bad = UNREADABLE.search(text)
    if bad:
        before = text[: bad.start()]
        mark = Mark(before.count("\n") + 1, bad.start() - before.rfind("\n"))
        raise Unreadable(f"the character U+{ord(bad[0]):04X} cannot stand in YAML", mark)
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as error:
        raise _misread(error, text.count("\n")) from None


def _misread(error: yaml.MarkedYAMLError, last: int) -> Unreadable:
    """What the parser says; where the text just ends, the place that was left open."""
    place, said = error.problem_mark, error.problem
    if error.context_mark and (place is None or place.line >= last):
        place, said = error.context_mark, f"{error.context}, {error.problem}"
    mark = Mark(place.line + 1, place.column + 1) if place else Mark(1, 1)
    return Unreadable(f"this is no YAML: {said}", mark)


class _Reader:
    """Builds the tree from the parser's events."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = yaml.parse(text, Loader=loader)
        self.found = Document(text.splitlines(), Node(Mark(1, 1), kind="mapping"))

    def document(self) -> Document:
        next(self.events)
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            raise Unreadable("the file is empty", Mark(1, 1), "platform new-client writes one")
        self.found.root = self.node(next(self.events), 0)
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise Unreadable("a second document begins here", _mark(after), "one file, one client")
        return self.found

    def problem(self, message: str, mark: Mark, hint: str = "") -> None:
        self.found.problems.append((mark, message, hint))

    def node(self, event: Any, depth: int) -> Node:
        mark = _mark(event)
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested more than {MAX_DEPTH} deep", mark)
        if isinstance(event, yaml.AliasEvent):
            self.problem(f"the alias *{event.anchor} is not allowed", mark, "write the value out")
            return Node(mark)
        if event.anchor:
            self.problem(f"the anchor &{event.anchor} is not allowed", mark, "write the value out")
        if event.tag and event.tag not in CORE_TAGS and event.tag != "!":
            self.problem(f"the tag {_short(event.tag)} is not allowed", mark, "leave it out")
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and not event.tag
            return Node(mark, event.value, resolve(event.value) if plain else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items = [self.node(each, depth + 1) for each in self.until(yaml.SequenceEndEvent)]
            return Node(mark, items=items, kind="sequence")
        return self.mapping(mark, depth)

    def until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def mapping(self, mark: Mark, depth: int) -> Node:
        made = Node(mark, kind="mapping")
        for event in self.until(yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if key.text is None:
                self.problem("a key must be a word", key.mark)
            elif key.text in made.members:
                first = made.keys[key.text].line
                self.problem(f"the key {key.text!r} stands twice", key.mark, f"first: line {first}")
            else:
                made.members[key.text] = value
                made.keys[key.text] = key.mark
        return made


def _mark(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    lines = end.line - start.line + (end.column > 0)
    return Mark(start.line + 1, start.column + 1, max(width, 1), max(lines, 1))


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def finding(lines: list[str], file: str, message: str, mark: Mark, hint: str = "") -> Finding:
    """The finding with its line and a caret below it."""
    excerpt = ""
    if mark.line <= len(lines):
        line = lines[mark.line - 1].replace("\t", " ")
        start = max(0, mark.column - 60)
        shown = line[start : start + 100]
        indent = mark.column - 1 - start
        carets = "^" * max(1, min(mark.width, len(shown) - indent))
        shown = f"{'...' if start else shown[:3]}{shown[3:]}"
        excerpt = f"{shown}\n{' ' * indent}{carets}"
    return Finding(message, f"{file}:{mark.line}:{mark.column}", hint, excerpt)
