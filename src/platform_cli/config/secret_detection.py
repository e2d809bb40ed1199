"""Detect likely secrets in a client's file and mask them in messages."""

import re
from collections.abc import Iterable, Iterator

from platform_cli.config.document import DocumentNode
from platform_core import providers

SECRET_KEY = re.compile(
    r"(?!.*public)(.*_)?(secret|token|passw(or)?d|passphrase|private_key|access_key|credentials?)",
    re.IGNORECASE,
)
SECRET_VARIABLE = re.compile(r"(?!.*public)(.*_)?(api_?key|auth)", re.IGNORECASE)
"""Further names of secrets among the environment variables of a build."""
SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|(AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}"
    r"|(sk|rk)_(live|test)_\w{10,}|whsec_\S{10,}|shp(at|ss|ca|pa)_[0-9a-f]{20,}|CFPAT-\S{10,}"
    r"|sk[A-Za-z0-9]{60,}|xox[a-z]-\S{10,}|eyJ[\w-]{10,999}\.[\w-]{10,}\.[\w-]{10,}"
)
SECRET_ASSIGNMENT = re.compile(
    r"""(?i)(?:secret|token|passw(?:or)?d|passphrase|private_key|access_key)["']?\s*:\s*(.+)"""
)


def find_secrets(root: DocumentNode, client_id: str) -> Iterator[tuple[DocumentNode, str, str]]:
    """Yield every scalar that looks like a secret with a message and a hint."""
    for path, node in root.iter_scalars():
        if not node.text or not path:
            continue
        key = path[-1]
        provider = _provider_at(root, path)
        is_variable = path[-3:-1] == ("site", "env")
        if (
            SECRET_VALUE.search(node.text)
            or _is_secret_key(key, provider)
            or (is_variable and SECRET_VARIABLE.fullmatch(key))
        ):
            hint = f"platform secrets set {client_id} {provider or 'PROVIDER'} {key}"
            if is_variable:
                hint = (
                    "name the secret in site.build_secrets: see docs/your_own_site.md#build-secrets"
                )
            yield node, f"{key!r} looks like a secret; do not store secrets in this file", hint


def mask_values(lines: list[str], nodes: Iterable[DocumentNode]) -> None:
    """Mask the values in the lines used for excerpts; positions do not change."""
    pieces: set[str] = set()
    for node in nodes:
        row, column, width = node.mark.line - 1, node.mark.column - 1, node.mark.width
        if node.mark.lines == 1:
            line = lines[row]
            lines[row] = line[:column] + "*" * width + line[column + width :]
        else:
            lines[row] = lines[row][:column] + _mask(lines[row][column:])
            for next_row in range(row + 1, row + node.mark.lines):
                lines[next_row] = _mask(lines[next_row])
        # The same secret can appear again in a comment, and a folded scalar in several pieces.
        pieces |= {piece for piece in (node.text or "").split() if len(piece) > 5}
    text = "\n".join(lines)
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "*" * len(piece))
    lines[:] = text.split("\n") if lines else []


def mask_lines(lines: list[str]) -> list[str]:
    """Mask likely secrets in the lines of a file that is not valid YAML."""
    return [
        SECRET_ASSIGNMENT.sub(lambda match: match[0].replace(match[1], _mask(match[1])), masked)
        for line in lines
        for masked in [SECRET_VALUE.sub(lambda match: "*" * len(match[0]), line)]
    ]


def _mask(text: str) -> str:
    return re.sub(r"\S", "*", text)


def _provider_at(root: DocumentNode, path: tuple[str, ...]) -> str | None:
    """Return the provider whose settings contain the path, if it exists."""
    node: DocumentNode | None = root
    for key in path[:-1]:
        node = node.members.get(key) if node else None
        if node and "provider" in node.members:
            name = node.members["provider"].text or ""
            return providers.load_manifest(name).name if providers.resolve_name(name) else None
    return None


def _is_secret_key(key: str, provider: str | None) -> bool:
    """Check whether a key names a secret; declared settings of a provider are not secrets."""
    if provider is None:
        return bool(SECRET_KEY.fullmatch(key))
    needed = {secret.name for secret in providers.load_manifest(provider).needs.secrets}
    declared = providers.load_settings(provider).Settings.model_fields
    return key in needed or (key not in declared and bool(SECRET_KEY.fullmatch(key)))
