"""The version of this tool, of the tool that last deployed a client, and of the newest release.

A deploy notes its version in the metadata of the site's facts, which every colleague can read. The
package index is asked only at an address that the person has set.
"""

import os
from typing import Any, Final

import httpx2

from platform_cli.errors import PlatformError
from platform_cli.targets.target import Target
from platform_core import contract

DEPLOYED_BY: Final = "platform-version"
"""Key in the metadata of the site's facts."""
INDEX_VARIABLE: Final = "PLATFORM_UPDATE_URL"
"""Names the address to ask for the newest release. Nothing is asked without it."""
INDEX_SECONDS: Final = 5.0
UPGRADE_HINT: Final = "pip install --upgrade platform-sites"


def is_newer(candidate: str, than: str) -> bool:
    """Compare two versions by their numbers. False if one of them has other parts.

    >>> is_newer("0.10.0", "0.9.1"), is_newer("0.9", "0.9.0"), is_newer("1.0rc1", "0.9")
    (True, False, False)
    """
    parsed = _numbers(candidate), _numbers(than)
    return all(parsed) and parsed[0] > parsed[1]


def read_deployed_version(target: Target, bucket: str) -> str | None:
    """Return the version that last deployed the client of a data bucket; None if unknown."""
    s3 = target.client("s3")
    try:
        stored = s3.get_object(Bucket=bucket, Key=contract.SITE_FACTS)
    except s3.exceptions.NoSuchKey:
        return None
    return get_noted_version(stored)


def get_noted_version(stored: dict[str, Any]) -> str | None:
    """Return the version in the metadata of an object; None if an earlier version wrote it."""
    noted = stored.get("Metadata", {}).get(DEPLOYED_BY)
    return None if noted is None else str(noted)


def fetch_newest_version() -> str | None:
    """Ask the package index for the newest release; None if no address is set.

    Raises `PlatformError` if the index does not answer with a version.
    """
    url = os.environ.get(INDEX_VARIABLE)
    if not url:
        return None
    try:
        response = httpx2.get(url, timeout=INDEX_SECONDS, follow_redirects=True)
        return str(response.raise_for_status().json()["info"]["version"])
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise PlatformError(
            f"{url} names no version: {error}", hint=f"check or unset {INDEX_VARIABLE}"
        ) from error


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a version without zeros at the end; empty for another form."""
    parts = text.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    while len(parts) > 1 and int(parts[-1]) == 0:
        parts.pop()
    return tuple(map(int, parts))
