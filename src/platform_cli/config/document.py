"""Parse YAML into a tree that records the position of every value.

The parser reads YAML events and never constructs objects, so a tag cannot name a Python class and
an alias cannot expand. Depth and size are limited. Plain scalars follow the core schema of
YAML 1.2: `no`, `12:30` and `010` stay text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from platform_cli.errors import Finding

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
ILLEGAL_CHARACTER = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
CORE_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}

JsonValue = Any
"""A value that JSON can represent."""


class Mark(NamedTuple):
    """A position in the file. Lines and columns count from 1; `width` is in characters."""

    line: int
    column: int
    width: int = 1
    lines: int = 1
    """Number of lines that the value spans."""


@dataclass(slots=True)
class DocumentNode:
    """A value with its position; a mapping also records the position of each key."""

    mark: Mark
    text: str | None = None
    """The scalar as written in the file."""
    value: JsonValue = None
    members: dict[str, "DocumentNode"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    items: list["DocumentNode"] = field(default_factory=list)
    kind: str = "scalar"

    def to_plain(self) -> JsonValue:
        """Convert the tree to plain values, without positions."""
        match self.kind:
            case "mapping":
                return {key: node.to_plain() for key, node in self.members.items()}
            case "sequence":
                return [node.to_plain() for node in self.items]
            case _:
                return self.value

    def iter_scalars(
        self, path: tuple[str, ...] = ()
    ) -> Iterator[tuple[tuple[str, ...], "DocumentNode"]]:
        """Yield every scalar below this node with the keys that lead to it."""
        if self.kind == "scalar":
            yield path, self
        for key, node in self.members.items():
            yield from node.iter_scalars((*path, key))
        for index, node in enumerate(self.items):
            yield from node.iter_scalars((*path, str(index)))


Problem = tuple[Mark, str, str]
"""Position, message and hint."""


@dataclass(slots=True)
class UnreadableYaml(Exception):
    """The file is not valid YAML."""

    message: str
    mark: Mark
    hint: str = ""


@dataclass(slots=True)
class Document:
    """The lines of a file, its tree, and the YAML features that are not allowed."""

    lines: list[str]
    root: DocumentNode
    problems: list[Problem] = field(default_factory=list)


def resolve_scalar(text: str) -> JsonValue:
    """Convert a plain scalar by the subset of the YAML 1.2 core schema that a config needs."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    return text


def parse_yaml(text: str) -> Document:
    """Parse the single document of a file; raises `UnreadableYaml`."""
    illegal = ILLEGAL_CHARACTER.search(text)
    if illegal:
        text_before = text[: illegal.start()]
        mark = Mark(text_before.count("\n") + 1, illegal.start() - text_before.rfind("\n"))
        raise UnreadableYaml(f"the character U+{ord(illegal[0]):04X} is not allowed in YAML", mark)
    try:
        return _TreeBuilder(text).build()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text.count("\n")) from None


def _syntax_error(error: yaml.MarkedYAMLError, last_line: int) -> UnreadableYaml:
    """Convert a parser error.

    An error at the end of the file points to where the unfinished value starts.
    """
    yaml_mark, message = error.problem_mark, error.problem
    if error.context_mark and (yaml_mark is None or yaml_mark.line >= last_line):
        yaml_mark, message = error.context_mark, f"{error.context}, {error.problem}"
    mark = Mark(yaml_mark.line + 1, yaml_mark.column + 1) if yaml_mark else Mark(1, 1)
    return UnreadableYaml(f"invalid YAML: {message}", mark)


class _TreeBuilder:
    """Build the tree from the events of the parser."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = yaml.parse(text, Loader=loader)
        self.result = Document(text.splitlines(), DocumentNode(Mark(1, 1), kind="mapping"))

    def build(self) -> Document:
        next(self.events)  # the start of the stream
        document_start = next(self.events)
        if isinstance(document_start, yaml.StreamEndEvent):
            raise UnreadableYaml("the file is empty", Mark(1, 1), "create one: platform new-client")
        self.result.root = self.build_node(next(self.events), 0)
        next(self.events)  # the end of the document
        stream_end = next(self.events)
        if not isinstance(stream_end, yaml.StreamEndEvent):
            raise UnreadableYaml(
                "a second YAML document starts here",
                _mark_of_event(stream_end),
                "a file describes one client",
            )
        return self.result

    def add_problem(self, message: str, mark: Mark, hint: str = "") -> None:
        self.result.problems.append((mark, message, hint))

    def build_node(self, event: Any, depth: int) -> DocumentNode:
        mark = _mark_of_event(event)
        if depth > MAX_DEPTH:
            raise UnreadableYaml(f"nested more than {MAX_DEPTH} levels deep", mark)
        if isinstance(event, yaml.AliasEvent):
            self.add_problem(
                f"the alias *{event.anchor} is not allowed", mark, "repeat the value instead"
            )
            return DocumentNode(mark)
        if event.anchor:
            self.add_problem(
                f"the anchor &{event.anchor} is not allowed", mark, "repeat the value instead"
            )
        if event.tag and event.tag not in CORE_TAGS and event.tag != "!":
            self.add_problem(f"the tag {_short_tag(event.tag)} is not allowed", mark, "remove it")
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and not event.tag
            return DocumentNode(
                mark, event.value, resolve_scalar(event.value) if plain else event.value
            )
        if isinstance(event, yaml.SequenceStartEvent):
            items = [
                self.build_node(item_event, depth + 1)
                for item_event in self.events_until(yaml.SequenceEndEvent)
            ]
            return DocumentNode(mark, items=items, kind="sequence")
        return self.build_mapping(mark, depth)

    def events_until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def build_mapping(self, mark: Mark, depth: int) -> DocumentNode:
        mapping = DocumentNode(mark, kind="mapping")
        for event in self.events_until(yaml.MappingEndEvent):
            key = self.build_node(event, depth + 1)
            value = self.build_node(next(self.events), depth + 1)
            if key.text is None:
                self.add_problem("a key must be plain text", key.mark)
            elif key.text in mapping.members:
                first_line = mapping.keys[key.text].line
                self.add_problem(
                    f"the key {key.text!r} appears twice",
                    key.mark,
                    f"first used in line {first_line}",
                )
            else:
                mapping.members[key.text] = value
                mapping.keys[key.text] = key.mark
        return mapping


def _mark_of_event(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    lines = end.line - start.line + (end.column > 0)
    return Mark(start.line + 1, start.column + 1, max(width, 1), max(lines, 1))


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def make_finding(lines: list[str], file: str, message: str, mark: Mark, hint: str = "") -> Finding:
    """Create a finding with the source line and a caret below it."""
    excerpt = ""
    if mark.line <= len(lines):
        line = lines[mark.line - 1].replace("\t", " ")
        start = max(0, mark.column - 60)
        # Show a window of the line, so that a very long line does not fill the terminal.
        shown = line[start : start + 100]
        indent = mark.column - 1 - start
        carets = "^" * max(1, min(mark.width, len(shown) - indent))
        shown = f"{'...' if start else shown[:3]}{shown[3:]}"
        excerpt = f"{shown}\n{' ' * indent}{carets}"
    return Finding(message, f"{file}:{mark.line}:{mark.column}", hint, excerpt)
