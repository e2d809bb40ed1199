"""Finds what looks like a secret in a client's file, and keeps it off the screen."""

import re
from collections.abc import Iterable, Iterator, Mapping

from platform_cli.config.document import Document, Mark, Node
from platform_core import providers

TELLING_KEY = re.compile(
    r"(?!.*public)(.*_)?(secret|token|passw(or)?d|passphrase|private_key|access_key|credentials?)",
    re.IGNORECASE,
)
TELLING_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|(AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}"
    r"|(sk|rk)_(live|test)_\w{10,}|whsec_\S{10,}|shp(at|ss|ca|pa)_[0-9a-f]{20,}|CFPAT-\S{10,}"
    r"|sk[A-Za-z0-9]{60,}|xox[a-z]-\S{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"
)
HIDDEN = "***"


def secrets(root: Node) -> Iterator[tuple[Node, str, str]]:
    """Each scalar that looks like a secret, with what to say and what to do."""
    client = root.members["client_id"].text if "client_id" in root.members else None
    for path, node in root.scalars():
        if not node.text or not path:
            continue
        key = path[-1]
        provider = _provider(root, path)
        if TELLING_VALUE.search(node.text) or (
            TELLING_KEY.fullmatch(key) and key not in _settings(provider)
        ):
            where = f"{client or 'CLIENT'} {provider or 'PROVIDER'} {key}"
            yield (
                node,
                f"{key!r} looks like a secret, and secrets never stand in a file",
                f"platform secrets set {where}",
            )


def hide(document: Document, nodes: Iterable[Node]) -> None:
    """Take the values out of the lines that excerpts are made of."""
    for node in nodes:
        pieces = [piece.strip() for piece in (node.text or "").splitlines()]
        start, width = node.mark.column - 1, node.mark.width
        row = node.mark.line - 1
        line = document.lines[row]
        document.lines[row] = line[:start] + HIDDEN + line[start + width :]
        node.mark = Mark(node.mark.line, node.mark.column, len(HIDDEN))
        for piece in filter(lambda each: len(each) > 5, pieces):
            document.lines = [each.replace(piece, HIDDEN) for each in document.lines]


def _provider(root: Node, path: tuple[str, ...]) -> str | None:
    """The provider whose settings the path leads into, if it exists."""
    node: Node | None = root
    for key in path[:-1]:
        node = node.members.get(key) if node else None
        if node and "provider" in node.members:
            name = node.members["provider"].text or ""
            return providers.manifest(name).name if providers.known(name) else None
    return None


def _settings(provider: str | None) -> Mapping[str, object]:
    """What a provider declares as a setting is no secret, whatever it is called."""
    return providers.settings(provider).Settings.model_fields if provider else {}
