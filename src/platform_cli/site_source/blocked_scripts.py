"""Find scripts in the source of a site that its content security policy blocks.

A browser blocks them without a word to the visitor or to the agency, so `validate` warns.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from platform_cli.engines import Engine
from platform_cli.errors import Finding

_PLAIN_TEMPLATES: Final = frozenset({".html", ".liquid", ".njk"})
"""Templates whose scripts reach the page as they are. Other engines bundle theirs."""
_SCRIPT: Final = re.compile(r"<script\b(?P<attributes>[^>]*)>")
_SOURCE: Final = re.compile(r"""\bsrc=["'{`]*(?P<url>(?:https?:)?//[^\s"'`>}]+)""")
_POLICY: Final = "content_security_policy"
_MAX_BYTES: Final = 200_000


def find_blocked_scripts(folder: Path, engine: Engine, allowed: Collection[str]) -> list[Finding]:
    """Return a finding for each script that pages of this source contain and browsers block.

    `allowed` are the origins of the setting. Files that are served as they are have no policy, and
    neither has a source that prints none.
    """
    files = {
        name: text
        for name, file in engine.source_files(folder).items()
        if name.parts[0] != engine.static and (text := _read_text(file))
    }
    if not any(_POLICY in text for text in files.values()):
        return []
    return [
        Finding(message, f"{folder / name}:{line}", hint)
        for name, text in files.items()
        for line, message, hint in _blocked_in(name, text, allowed)
    ]


def _read_text(file: Path) -> str:
    """Return the text of a file, or nothing if it is too large for a template."""
    if file.stat().st_size > _MAX_BYTES:
        return ""
    return file.read_text(encoding="utf-8", errors="replace")


def _blocked_in(name: Path, text: str, allowed: Collection[str]) -> Iterator[tuple[int, str, str]]:
    for script in _SCRIPT.finditer(text):
        attributes = script["attributes"]
        line = text.count("\n", 0, script.start()) + 1
        if source := _SOURCE.search(attributes):
            origin = f"https://{urlsplit(source['url']).netloc.lower()}"
            if origin not in allowed:
                yield line, f"browsers block this script of {origin}", _allow(origin)
        elif (
            "src" not in attributes and "json" not in attributes and name.suffix in _PLAIN_TEMPLATES
        ):
            yield line, "browsers block this inline script", _MOVE


def _allow(origin: str) -> str:
    return f"add {origin} to site.analytics_origins, if the client wants it"


_MOVE: Final = "move it to a file of the site, which site.analytics_origins allows as well"
