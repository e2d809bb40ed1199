"""The manifest of a release, as a typed and bounded record.

A build writes it, and a build runs a client's code. So the manifest can hold anything: every value
is checked, and sizes are limited before anything is read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from platform_core import contract
from platform_core.errors import Malformed
from platform_core.pipeline.ports import Objects

MAX_FILES: Final = 20_000
MAX_MANIFEST_BYTES: Final = 8 * 1024 * 1024
"""Parsed, a hostile one takes up to 400 MB of the builder's 512 (`tests/lambdas/test_verify.py`
measures it). Whatever kills the builder is given up: `pipeline/build/end_tries.py`."""
MAX_FILE_BYTES: Final = 5 * 1024**4
"""The largest object of S3."""
MAX_REASON: Final = 1_200
_KEY: Final = re.compile(r"[^\x00-\x1f\x7f\\\ud800-\udfff]{1,1024}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_IN_NAME: Final = re.compile(r"[.-]([0-9a-f]{64})\.[A-Za-z0-9.]+")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A file of a release."""

    key: str
    size: int
    sha256: str | None = None

    @property
    def is_asset(self) -> bool:
        """Whether all releases share the file."""
        return self.key.startswith(contract.ASSETS)

    @property
    def hash_in_name(self) -> str | None:
        """The SHA-256 in the name of an asset; None if it has none."""
        named = _HASH_IN_NAME.search(self.key.rpartition("/")[2])
        return named[1] if named else None


@dataclass(frozen=True, slots=True)
class ReleaseManifest:
    """The files of a release by key."""

    files: Mapping[str, ManifestFile]
    refused: str = ""
    """Why the publisher published nothing. Empty: it published the files."""

    @property
    def assets(self) -> dict[str, ManifestFile]:
        return {key: file for key, file in self.files.items() if file.is_asset}


def read_manifest(pages: Objects, prefix: str, attempt: str) -> ReleaseManifest | None:
    """Read the manifest under the prefix of a release; None if it has none. Raises `Malformed`."""
    key = f"{prefix}{contract.RELEASE_MANIFEST}"
    listed = next((info for info in pages.list(key) if info.key == key), None)
    if listed is None:
        return None
    if listed.size > MAX_MANIFEST_BYTES:
        raise Malformed(f"it has {listed.size} bytes, and at most {MAX_MANIFEST_BYTES} are read")
    text = pages.get(key)
    return None if text is None else parse_manifest(text, prefix, attempt)


def parse_manifest(text: bytes, prefix: str, attempt: str) -> ReleaseManifest:
    """Parse a manifest. Raises `Malformed` for anything but a manifest of this attempt.

    `prefix`: the keys of its pages begin with it.
    """
    try:
        document = json.loads(text)
    # Deep nesting raises RecursionError; a number of very many digits is a ValueError.
    except (ValueError, RecursionError) as error:
        raise Malformed(f"it is not JSON: {type(error).__name__}") from None
    if not isinstance(document, dict) or document.get("attempt") != attempt:
        raise Malformed("it is not the manifest of this attempt")
    entries = document.get("files")
    if not isinstance(entries, dict):
        raise Malformed("it has no files")
    if len(entries) > MAX_FILES:
        raise Malformed(f"it names {len(entries)} files, and a release has at most {MAX_FILES}")
    files = [_parse_file(entry, prefix) for entry in entries.values()]
    return ReleaseManifest({file.key: file for file in files}, _parse_refusal(document))


def _parse_refusal(document: Mapping[str, Any]) -> str:
    """Return the publisher's reason as one printable line."""
    text = document.get("refused", "")
    if not isinstance(text, str):
        raise Malformed("its reason is not a text")
    return "".join(letter if letter.isprintable() else "?" for letter in text[:MAX_REASON])


def _parse_file(entry: Any, prefix: str) -> ManifestFile:
    """Parse the entry of a file, which may be any JSON."""
    if not isinstance(entry, dict):
        raise Malformed("an entry of its files is not a JSON object")
    key, size, sha256 = entry.get("key"), entry.get("size"), entry.get("sha256")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Malformed("the key of a file is not a valid object key")
    if not key.startswith((prefix, contract.ASSETS)):
        raise Malformed(f"it names a file that is not its own: {key[:200]}")
    # `type` and not `isinstance`: True is an int.
    if type(size) is not int or not 0 <= size <= MAX_FILE_BYTES:
        raise Malformed(f"the size of {key[:200]} is not a whole number of bytes")
    if sha256 is not None and not (isinstance(sha256, str) and _HASH.fullmatch(sha256)):
        raise Malformed(f"the sha256 of {key[:200]} is not 64 hexadecimal digits")
    return ManifestFile(key, size, sha256)
