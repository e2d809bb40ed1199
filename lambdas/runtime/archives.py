"""Download the archive of a commit from a Git host: the port `ArchiveDownloads`.

The archive goes to a temporary file, because it can be larger than the memory of the function.
"""

import http.client
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import urljoin, urlsplit

from lambdas.runtime.http import connect_to, refuse_invalid_request
from platform_core.errors import UnusableSource, VendorRefused, VendorUnavailable
from platform_core.pipeline.source.archive import MEGABYTE
from platform_core.provider import ArchiveAddress

MAX_REDIRECTS: Final = 3
_CHUNK: Final = 256 * 1024
_REDIRECTS: Final = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class BoundedDownloads:
    """Downloads over TLS, or from the simulator in place of every vendor."""

    simulator: str | None = None
    timeout: float = 60.0
    """Seconds for the whole download."""

    def download(self, address: ArchiveAddress, limit: int) -> IO[bytes]:
        """Return the archive as a temporary file. `ArchiveDownloads.download` names the errors."""
        deadline = time.monotonic() + self.timeout
        url, headers = address.url, address.headers
        with ExitStack() as on_error:
            file = on_error.enter_context(tempfile.TemporaryFile())
            for _ in range(MAX_REDIRECTS + 1):
                target = self._fetch(url, headers, file, limit, deadline)
                if target is None:
                    file.seek(0)
                    on_error.pop_all()
                    return file
                # The headers may hold our token, which is for the first host only.
                url, headers = _allowed_target(address, target), {}
        raise VendorRefused(f"{urlsplit(url).hostname}: more than {MAX_REDIRECTS} redirects")

    def _fetch(
        self, url: str, headers: Mapping[str, str], file: IO[bytes], limit: int, deadline: float
    ) -> str | None:
        """Write the answer of one request to a file, or return the address of its redirect."""
        with refuse_invalid_request():
            connection, target = connect_to(url, self.simulator, self.timeout)
        try:
            with closing(connection), refuse_invalid_request():
                connection.request("GET", target, headers={"user-agent": "platform", **headers})
                with connection.getresponse() as response:
                    if response.status in _REDIRECTS:
                        return urljoin(url, response.getheader("location", ""))
                    _require_success(url, response.status)
                    _copy(response, file, limit, deadline)
        except (OSError, http.client.HTTPException) as error:
            reason = f"{urlsplit(url).hostname}: {type(error).__name__}"
            raise VendorUnavailable(reason) from None
        return None


def _copy(answer: http.client.HTTPResponse, file: IO[bytes], limit: int, deadline: float) -> None:
    size = 0
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise UnusableSource(f"its archive has more than {limit // MEGABYTE} MB")
        if time.monotonic() > deadline:
            raise TimeoutError
        file.write(chunk)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def _allowed_target(address: ArchiveAddress, target: str) -> str:
    """Return the target of a redirect. Raises `VendorRefused` if it leads to another host."""
    parts = urlsplit(target)
    hosts = {urlsplit(address.url).hostname, *address.redirects_to}
    if parts.scheme != "https" or parts.hostname not in hosts or parts.port not in {None, 443}:
        raise VendorRefused(f"a redirect of the archive leads to {parts.hostname or 'no host'}")
    return target


def _require_success(url: str, status: int) -> None:
    if status == http.client.OK:
        return
    host = urlsplit(url).hostname
    if status >= 500 or status == http.client.TOO_MANY_REQUESTS:
        raise VendorUnavailable(f"{host}: answered {status}")
    raise VendorRefused(f"{host}: answered {status} to the request for an archive")
