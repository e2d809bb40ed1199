"""Finds what looks like a secret in a client's file, and keeps it off the screen."""

import re
from collections.abc import Iterable, Iterator

from platform_cli.config.document import Node
from platform_core import providers

TELLING_KEY = re.compile(
    r"(?!.*public)(.*_)?(secret|token|passw(or)?d|passphrase|private_key|access_key|credentials?)",
    re.IGNORECASE,
)
TELLING_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|(AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}"
    r"|(sk|rk)_(live|test)_\w{10,}|whsec_\S{10,}|shp(at|ss|ca|pa)_[0-9a-f]{20,}|CFPAT-\S{10,}"
    r"|sk[A-Za-z0-9]{60,}|xox[a-z]-\S{10,}|eyJ[\w-]{10,999}\.[\w-]{10,}\.[\w-]{10,}"
)
ASSIGNED = re.compile(
    r"""(?i)(?:secret|token|passw(?:or)?d|passphrase|private_key|access_key)["']?\s*:\s*(.+)"""
)


def secrets(root: Node, client_id: str) -> Iterator[tuple[Node, str, str]]:
    """Each scalar that looks like a secret, with what to say and what to do."""
    for path, node in root.scalars():
        if not node.text or not path:
            continue
        key = path[-1]
        provider = _provider(root, path)
        if TELLING_VALUE.search(node.text) or _tells(key, provider):
            yield (
                node,
                f"{key!r} looks like a secret, and secrets never stand in a file",
                f"platform secrets set {client_id} {provider or 'PROVIDER'} {key}",
            )


def hide(lines: list[str], nodes: Iterable[Node]) -> None:
    """Take the values out of the lines that excerpts are made of; places stay what they are."""
    pieces: set[str] = set()
    for node in nodes:
        row, column, width = node.mark.line - 1, node.mark.column - 1, node.mark.width
        if node.mark.lines == 1:
            line = lines[row]
            lines[row] = line[:column] + "*" * width + line[column + width :]
        else:
            lines[row] = lines[row][:column] + _starred(lines[row][column:])
            for below in range(row + 1, row + node.mark.lines):
                lines[below] = _starred(lines[below])
        pieces |= {each for each in (node.text or "").split() if len(each) > 5}
    text = "\n".join(lines)
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "*" * len(piece))
    lines[:] = text.split("\n") if lines else []


def veil(lines: list[str]) -> list[str]:
    """The lines of a file that is no YAML, without what looks like a secret."""
    return [
        ASSIGNED.sub(lambda found: found[0].replace(found[1], _starred(found[1])), masked)
        for line in lines
        for masked in [TELLING_VALUE.sub(lambda found: "*" * len(found[0]), line)]
    ]


def _starred(text: str) -> str:
    return re.sub(r"\S", "*", text)


def _provider(root: Node, path: tuple[str, ...]) -> str | None:
    """The provider whose settings the path leads into, if it exists."""
    node: Node | None = root
    for key in path[:-1]:
        node = node.members.get(key) if node else None
        if node and "provider" in node.members:
            name = node.members["provider"].text or ""
            return providers.load_manifest(name).name if providers.resolve_name(name) else None
    return None


def _tells(key: str, provider: str | None) -> bool:
    """Whether the key names a secret; a setting that its provider declares is none."""
    if provider is None:
        return bool(TELLING_KEY.fullmatch(key))
    needed = {secret.name for secret in providers.load_manifest(provider).needs.secrets}
    declared = providers.load_settings(provider).Settings.model_fields
    return key in needed or (key not in declared and bool(TELLING_KEY.fullmatch(key)))
