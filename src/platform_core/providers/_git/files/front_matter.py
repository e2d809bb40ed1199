"""Parse content files: front matter with Markdown, or pure data.

Values stay as their author wrote them: `Yes`, `12:30`, `007` and `1.10` are text, as in the core
schema of YAML 1.2, and the reader of each field decides. A file whose front matter is not
understood is malformed, because its text could be a draft.
"""

import json
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from platform_core.errors import Malformed
from platform_core.provider_kit.parsing import Json

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdx"})
DATA: Final = frozenset({".yml", ".yaml", ".json", ".toml"})
MAX_YAML_VALUES: Final = 10_000
"""Maximum number of values in front matter, with every alias counted as what it stands for: a few
lines of aliases can stand for billions of values."""
_KEPT_TAGS: Final = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}
_TAGS: Final = _KEPT_TAGS | {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}
"""Other tags ask for another type, and PyYAML raises errors of many classes for their values."""

_OPENING: Final = re.compile(r"(?P<fence>---|\+\+\+|;;;)[ \t]*(?P<language>\w*)[ \t]*\n")
_LANGUAGES: Final = {"---": "yaml", "+++": "toml", ";;;": "json"}
"""The language of each fence that names none. Hexo writes `;;;`."""
_JSON_OPENING: Final = re.compile(r"\{(?:\s*[\"'}\n]|\s*\w+\s*:\s)")
_BARE_FIELD: Final = re.compile(
    r"[\"']?(title|draft|date|published|layout|status|slug|permalink)[\"']?\s*[:=]", re.IGNORECASE
)
"""A field at the beginning of a text: front matter without its fence."""


class _WrittenLoader(yaml.SafeLoader):
    """A YAML loader that keeps all scalars but null as text."""


_WrittenLoader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if resolver[0] in _KEPT_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse_file(path: str, text: str) -> tuple[Json, str]:
    """Parse a file to its fields and its Markdown. Raises `Malformed`."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in DATA:
        return _parse_fields(path, text.lstrip("\ufeff"), _PARSERS[suffix.strip(".")]), ""
    # Blank lines before the fence are invisible to an author, and old editors end lines with CR.
    lines = re.sub(r"\r\n?", "\n", text.lstrip("\ufeff"))
    content = _skip_comments(lines.lstrip())
    skipped = lines.count("\n") - content.count("\n")
    if opening := _OPENING.match(content):
        return _parse_fenced(path, content, opening, skipped)
    if _JSON_OPENING.match(content):
        return _parse_json_header(path, content, skipped)
    if _BARE_FIELD.match(content):
        raise Malformed(
            f"{path} starts with a field, such as `draft:`, but the line `---` above it is missing"
        )
    return {}, text


def _parse_fenced(
    path: str, content: str, opening: re.Match[str], skipped: int
) -> tuple[Json, str]:
    """Parse front matter between two fences. The first one may name its language."""
    fence = opening["fence"]
    language = opening["language"].lower() or _LANGUAGES[fence]
    parser = _PARSERS.get(language)
    if parser is None:
        raise Malformed(f"{path} has front matter in {language}, which is not supported")
    # Dots end a document of YAML only. In TOML they are text.
    ends = r"---|\.\.\." if parser is _load_yaml and fence == "---" else re.escape(fence)
    closing = re.compile(rf"^(?:{ends})[ \t]*(?:\n|\Z)", re.MULTILINE)
    end = closing.search(content, opening.end())
    if end is None:
        raise Malformed(f"{path} has front matter without an end")
    head = content[opening.end() : end.start()]
    if fence == ";;;" and not head.lstrip().startswith("{"):
        head = f"{{{head}}}"
    return _parse_fields(path, head, parser, skipped + 1), content[end.end() :]


def _skip_comments(content: str) -> str:
    """Return the text behind the comments at its beginning."""
    rest = content
    while rest.startswith("<!--"):
        _, end, rest = rest.partition("-->")
        if not end:
            return content
        rest = rest.lstrip()
    return rest


def _parse_json_header(path: str, content: str, skipped: int) -> tuple[Json, str]:
    """Parse a JSON object at the beginning of a text."""
    end = 0

    def parse(text: str) -> Any:
        nonlocal end
        fields, end = json.JSONDecoder(parse_float=Decimal).raw_decode(text)
        return fields

    return _parse_fields(path, content, parse, skipped), content[end:]


def _parse_fields(path: str, text: str, parser: Callable[[str], Any], skipped: int = 0) -> Json:
    """Parse the fields of a file with the parser of its format. Raises `Malformed`.

    `skipped` is the number of the file's lines before the text.
    """
    try:
        fields = parser(text)
    # Deep nesting raises RecursionError, and an out-of-range date OverflowError.
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        line = _line_of(error)
        place = path if line is None else f"{path}:{skipped + line}"
        raise Malformed(f"{place} cannot be parsed: {type(error).__name__}") from None
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise Malformed(f"{path} contains no fields")
    # YAML allows keys that are not text, such as dates and numbers.
    return {str(name): value for name, value in fields.items()}


def _line_of(error: Exception) -> int | None:
    """Return the line of an error in the parsed text, if the parser names it."""
    match error:
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark(line=line)):
            return int(line) + 1
        case json.JSONDecodeError(lineno=line):
            return line
        case _:
            return None


def _load_yaml(text: str) -> Any:
    """Parse YAML, with aliases up to a limit."""
    loader = _WrittenLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _count_values(node, {})
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _count_values(node: yaml.Node, counts: dict[int, int]) -> int:
    """Count the values below a node. Raises `YAMLError` if there are too many, or for a tag.

    `counts` has the results of earlier calls, so an alias is counted fully and visited once.
    """
    if node.tag not in _TAGS:
        raise yaml.MarkedYAMLError(problem=f"the tag {node.tag}", problem_mark=node.start_mark)
    if id(node) not in counts:
        # An alias of a node inside of itself finds no number here yet.
        counts[id(node)] = MAX_YAML_VALUES + 1
        children = node.value if isinstance(node, yaml.CollectionNode) else ()
        pairs = (child if isinstance(child, tuple) else (child,) for child in children)
        total = 1 + sum(_count_values(child, counts) for pair in pairs for child in pair)
        counts[id(node)] = total
    if counts[id(node)] > MAX_YAML_VALUES:
        raise yaml.YAMLError("too many values, or an alias of itself")
    return counts[id(node)]


def _load_json(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _load_toml(text: str) -> Any:
    return tomllib.loads(text, parse_float=Decimal)


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "yml": _load_yaml,
    "yaml": _load_yaml,
    "json": _load_json,
    "toml": _load_toml,
}
