"""Parse content files: front matter with Markdown, or pure data."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from platform_core.errors import Malformed
from platform_core.provider_kit.parsing import Json

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdx"})
"""MDX counts as Markdown: sanitizing removes its components, like any other unsafe markup."""
DATA: Final = frozenset({".yml", ".yaml", ".json", ".toml"})
_FRONT_MATTER: Final = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<head>.*?)(?:^)(?P=fence)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)


class _Loader(yaml.SafeLoader):
    """A YAML loader without aliases, because a few lines of them can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


def parse_file(path: str, text: str) -> tuple[Json, str]:
    """Parse a file to its fields and its Markdown. Raises `Malformed`."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in DATA:
        return _parse_fields(path, text, _PARSERS[suffix]), ""
    front_matter = _FRONT_MATTER.match(text)
    if front_matter is None:
        return {}, text
    parser = _PARSERS[".toml" if front_matter["fence"] == "+++" else ".yml"]
    return _parse_fields(path, front_matter["head"], parser), text[front_matter.end() :]


def file_slug(path: str) -> str:
    """Return the slug of a file: its name, or the name of its folder for an index file."""
    file_path = PurePosixPath(path)
    name = file_path.name.partition(".")[0]
    return file_path.parent.name if name == "index" else name


def is_content_file(path: str) -> bool:
    """Check that a file is content. `_index.md` and similar files describe a folder instead."""
    file_path = PurePosixPath(path)
    # `..` would lead out of the content folder.
    hidden = file_path.name.startswith(("_", ".")) or ".." in file_path.parts
    return file_path.suffix.lower() in MARKDOWN | DATA and not hidden


def _load_yaml(text: str) -> Any:
    """Parse YAML without aliases."""
    return yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    ".yml": _load_yaml,
    ".yaml": _load_yaml,
    ".json": json.loads,
    ".toml": tomllib.loads,
}


def _parse_fields(path: str, text: str, parser: Callable[[str], Any]) -> Json:
    """Parse the fields of a file with the parser of its format. Raises `Malformed`."""
    try:
        fields = parser(text)
    # Deep nesting raises RecursionError, and an out-of-range date OverflowError.
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"{path} cannot be parsed: {type(error).__name__}") from None
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise Malformed(f"{path} contains no fields")
    # YAML allows keys that are not text, such as dates and numbers.
    return {str(name): value for name, value in fields.items()}
