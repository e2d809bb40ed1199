"""A content file: front matter and a text, or data alone."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from platform_core.errors import Malformed
from platform_core.providers.reading import Json

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdx"})
"""Of MDX the text counts: components are dropped, like any markup that no page may carry."""
DATA: Final = frozenset({".yml", ".yaml", ".json", ".toml"})
_FRONT_MATTER: Final = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<head>.*?)(?:^)(?P=fence)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)


class _Loader(yaml.SafeLoader):
    """YAML without anchors: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def parse(path: str, text: str) -> tuple[Json, str]:
    """The fields and the Markdown of a file. Raises `Malformed`."""
    ending = PurePosixPath(path).suffix.lower()
    if ending in DATA:
        return _fields(path, text, _READERS[ending]), ""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    reader = _READERS[".toml" if found["fence"] == "+++" else ".yml"]
    return _fields(path, found["head"], reader), text[found.end() :]


def slug_of(path: str) -> str:
    """What a file is called: its own name, or its folder's where it is an index."""
    place = PurePosixPath(path)
    name = place.name.partition(".")[0]
    return place.parent.name if name == "index" else name


def is_content(path: str) -> bool:
    """Whether a file holds content; `_index.md` and the like describe a folder."""
    place = PurePosixPath(path)
    hidden = place.name.startswith(("_", ".")) or ".." in place.parts
    return place.suffix.lower() in MARKDOWN | DATA and not hidden


def _yaml(text: str) -> Any:
    return yaml.load(text, _Loader)  # noqa: S506 - it is a safe loader, and a stricter one


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    ".yml": _yaml,
    ".yaml": _yaml,
    ".json": json.loads,
    ".toml": tomllib.loads,
}


def _fields(path: str, text: str, read: Callable[[str], Any]) -> Json:
    try:
        found = read(text)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"{path} cannot be read: {type(error).__name__}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(f"{path} holds no fields")
    return {str(name): value for name, value in found.items()}
