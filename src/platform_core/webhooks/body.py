"""Parse the body of a webhook strictly, and derive delivery keys from it."""

import hashlib
import json
from typing import Final

from platform_core.errors import Malformed

MAX_DEPTH: Final = 64


def key_of(*parts: bytes | str) -> str:
    """Return the SHA-256 of the parts, as a delivery key.

    One part is hashed as it is. Several are hashed with their lengths, so that the same bytes split
    in another way give another key.

    >>> key_of(b"ab", b"c") == key_of(b"a", b"bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        if len(parts) > 1:
            digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def strict_json(body: bytes) -> object:
    """Parse the body as JSON: UTF-8, finite numbers, unique keys, at most `MAX_DEPTH` levels.

    Raises `Malformed`.
    """
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite_float,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not strict JSON: {type(error).__name__}") from None
    if _depth(value) > MAX_DEPTH:
        raise Malformed(f"nested deeper than {MAX_DEPTH}")
    return value


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _refuse_constant(text: str) -> object:
    raise ValueError(f"{text} is no JSON")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("number out of range")
    return value


def _depth(value: object) -> int:
    """Return how deep containers nest. Counts level by level: recursion could overflow."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            child for item in level for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth
