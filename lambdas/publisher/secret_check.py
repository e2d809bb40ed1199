"""Refuses a finished site that holds the value of a secret of its build.

    python3 secret_check.py FOLDER

It runs before anything is uploaded. `publisher.py` then publishes the reason in place of the files,
and the builder refuses the release. It finds values that got into pages by mistake. It cannot see a
value that is encrypted, compressed, split or written in another way, nor stop a package of the site
that sends the value elsewhere or changes this file: such code has the secret already.
"""

import json
import logging
import os
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

NAMES = "BUILD_SECRETS"
REFUSAL = Path(__file__).with_name("refused")
SHORTEST_IN_BASE64 = 8
"""Bytes of a value. A shorter one has too few characters in base64 that are its own."""

log = logging.getLogger("secret_check")


def find_leak(folder: Path, environment: Mapping[str, str]) -> str | None:
    """Return which file holds the value of which variable, without the value; None if none does."""
    secrets = {name: environment.get(name, "") for name in environment.get(NAMES, "").split()}
    forms = {name: _list_written_forms(value) for name, value in secrets.items() if value}
    for path in _iter_files(folder):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        for variable, values in forms.items():
            if any(value in os.fsencode(name) for value in values):
                return f"the name of a file holds the value of the build secret {variable}"
            if any(value in content for value in values):
                return f"{name} holds the value of the build secret {variable}"
    return None


def _iter_files(folder: Path) -> Iterator[Path]:
    """Yield the files in order. The publisher refuses symbolic links."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _list_written_forms(value: str) -> set[bytes]:
    """Return the forms in which a page, a script or a URL can hold a value."""
    texts = {value, escape(value), quote(value), quote(value, safe=""), quote_plus(value)}
    texts |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    raw = value.encode()
    forms = {text.encode() for text in texts} | {raw.hex().encode(), raw.hex().upper().encode()}
    if len(raw) >= SHORTEST_IN_BASE64:
        forms |= {_encode_inner(raw, shift, url=url) for shift in range(3) for url in (False, True)}
    return forms


def _encode_inner(raw: bytes, shift: int, *, url: bool) -> bytes:
    """Return the base64 of a value that begins `shift` bytes after a multiple of three.

    Characters at both ends also hold bits of the neighbours, so they are left out.
    """
    text = (urlsafe_b64encode if url else b64encode)(bytes(shift) + raw)
    start, end = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
    return text[start:end]


def main(arguments: Sequence[str]) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    [folder] = arguments
    leak = find_leak(Path(folder), os.environ)
    if leak is None:
        REFUSAL.unlink(missing_ok=True)
        return 0
    log.error("refused: %s", leak)
    REFUSAL.write_text(leak, encoding="utf-8", errors="replace")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
