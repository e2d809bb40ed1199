"""The ports of a site's source. Every method may raise `StoreUnavailable`."""

from typing import IO, Protocol

from platform_core.pipeline.source.state import SourceState
from platform_core.provider import ArchiveAddress


class SourceStore(Protocol):
    """The SOURCE row of the site table."""

    def read(self) -> SourceState:
        """Return the row with a consistent read; revision 0 if there is no row."""
        ...

    def replace(self, state: SourceState) -> bool:
        """Write the row if the stored one has the revision before. Returns False otherwise."""
        ...


class ArchiveDownloads(Protocol):
    """Downloads archives from the Git hosts."""

    def download(self, address: ArchiveAddress, limit: int) -> IO[bytes]:
        """Return the archive as a temporary file.

        Over https only. A redirect is followed only to a host that the address names, and without
        the headers of the first request. Raises `UnusableSource` after `limit` bytes,
        `VendorUnavailable` and `VendorRefused`.
        """
        ...
