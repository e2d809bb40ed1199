"""Call the API of a Git host: fetch JSON, send JSON and decode files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from platform_core.errors import Malformed, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import ArchiveAddress, Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.json_api import bearer_token, request_json
from platform_core.provider_kit.parsing import Json

READ_TOKEN: Final = "read_token"  # noqa: S105 - the name of a secret
MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of a secret
MAX_FILE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RepositoryApi:
    """The API of one repository, used with one token."""

    context: Context
    root: str
    token: str = READ_TOKEN
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that this host requires on every call."""

    def get(self, path: str, accept: str = "application/json") -> HttpResponse:
        """Send a GET request with this repository's token."""
        return self.context.http("GET", self.root + path, headers=self._headers(accept))

    def archive_address(
        self, path: str, *, redirects_to: frozenset[str] = frozenset()
    ) -> ArchiveAddress:
        """Return the address of an archive, with this repository's token."""
        return ArchiveAddress(self.root + path, self._headers("*/*"), redirects_to)

    def fetch_json(self, path: str) -> Any:
        """Fetch the JSON at a path. Raises if there is nothing."""
        return parsing.parse_response(self.get(path), absent=())

    def send_json(self, method: str, path: str, body: Json) -> None:
        """Send a request that changes something. Raises if the host refuses it."""
        headers = {**bearer_token(self.context.secret(self.token)), **self.headers}
        request_json(self.context, method, self.root + path, headers=headers, body=body)

    def _headers(self, accept: str) -> dict[str, str]:
        return {
            "accept": accept,
            **self.headers,
            "authorization": f"Bearer {self.context.secret(self.token)}",
        }


def map_paths_to_blob_ids(tree: Iterable[Json], id_field: str) -> dict[str, str]:
    """Map the files of a tree from path to blob id.

    Raises `VendorUnavailable` if an entry has no path or no id, because skipping it would look like
    a deleted file.
    """
    entries = [
        (entry.get("path"), entry.get(id_field)) for entry in tree if entry.get("type") == "blob"
    ]
    files = {
        path: blob_id
        for path, blob_id in entries
        if isinstance(path, str) and isinstance(blob_id, str)
    }
    # A directory has no blob and was skipped above, so every entry has to be complete here.
    if len(files) != len(entries):
        raise VendorUnavailable("the vendor's response has a file without a path or an id")
    return files


def decode_file(response: HttpResponse, path: str) -> str | None:
    """Decode a file, or return None if it does not exist. Raises `Malformed`."""
    if response.status == 404:
        return None
    parsing.require_success(response)
    # A table item holds at most 400 KB, so a larger file could not be stored anyway.
    if len(response.body) > MAX_FILE_BYTES:
        raise Malformed(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    try:
        # Some editors on Windows write a byte order mark; it must not end up in the front matter.
        return response.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(f"{path} is not UTF-8") from None
