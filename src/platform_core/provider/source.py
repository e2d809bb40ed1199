"""The commits of a site whose files lie in the repository of its CMS.

`source.py` of a provider has the functions of `SourceModule`. A provider without this module cannot
be the source of a site.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_core.provider.modules import Context
    from platform_core.webhooks.request import Delivery


@dataclass(frozen=True, slots=True)
class BranchHead:
    """A commit that is or was the head of the published branch."""

    commit: str
    pushed_at: float
    """The host's time of its push or of a later one, Unix seconds."""


@dataclass(frozen=True, slots=True)
class PushedCommit:
    """The commit of a push to the published branch, as a delivery names it."""

    commit: str
    pushed_at: float | None = None
    """The host's time of the push, Unix seconds; None if the delivery does not name it."""


@dataclass(frozen=True, slots=True)
class ArchiveAddress:
    """The address of the zip archive of one commit."""

    url: str
    headers: "Mapping[str, str]" = field(default_factory=dict)
    """Headers of the request. They may hold a token, so no other host receives them."""
    redirects_to: frozenset[str] = frozenset()
    """Other hosts to which a redirect may lead."""


class SourceModule(Protocol):
    """`source.py` of a CMS whose editors commit to the repository of the site.

    Every function may raise `SecretMissing` and the errors of a call to a vendor.
    """

    def pushed_commit(self, context: "Context", delivery: "Delivery") -> PushedCommit | None:
        """Return the commit that a delivery reports. None if it reports no push to the branch.

        Raises `Malformed`.
        """
        ...

    def read_head(self, context: "Context") -> BranchHead:
        """Read the head of the published branch. Its time may be too old, but is never too new."""
        ...

    def is_ancestor(self, context: "Context", commit: str, of: str) -> bool:
        """Return whether `commit` is `of` or one of its ancestors. False for an unknown commit."""
        ...

    def archive_address(self, context: "Context", commit: str) -> ArchiveAddress:
        """Return the address of a commit's archive."""
        ...
