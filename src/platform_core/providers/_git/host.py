"""The interface of a Git host. The client's settings choose the implementation."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from platform_core.provider import ArchiveAddress, Context, Hook
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git import settings
from platform_core.providers._git.github import GitHub
from platform_core.providers._git.gitlab import GitLab
from platform_core.providers._git.push import Head, Push


class GitHost(Protocol):
    """One repository. Files are read at commits, never at a branch, which can move meanwhile."""

    def parse_push(self, body: Json) -> Push | None:
        """Parse a push to the published branch. None for other events and for our own pushes.

        Raises `Malformed`.
        """
        ...

    def read_head(self) -> Head:
        """Read the published branch. The push time is read first, so it is never too new."""
        ...

    def read_blob_ids_by_path(self, commit: str) -> dict[str, str]:
        """Map every file at a commit from path to the id of its contents."""
        ...

    def read_file(self, path: str, commit: str) -> str | None:
        """Read the text of a file at a commit, or None if it is missing. Raises `Malformed`."""
        ...

    def read_last_change_time(self, path: str, commit: str) -> datetime | None:
        """Return the time of the last change of a file up to a commit, or None if it never was."""
        ...

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Return whether `of` contains `commit` in its history. False for an unknown commit."""
        ...

    def archive_address(self, commit: str) -> ArchiveAddress:
        """Return the address of the zip archive of a commit."""
        ...

    def file_url(self, path: str, commit: str) -> str:
        """Return the public URL of a file."""
        ...

    def list_hooks(self) -> Sequence[Hook]:
        """Return all webhooks of the repository."""
        ...

    def create_or_update_webhook(self, hook: str, address: str) -> None:
        """Create a webhook (empty id) or update it, with our address and secret, for pushes."""
        ...

    def registration_steps(self, address: str) -> Sequence[str]:
        """Return the manual steps to create the webhook."""
        ...


_HOSTS: Final[Mapping[str, Callable[[Context], GitHost]]] = {"github": GitHub, "gitlab": GitLab}


def host_for(context: Context) -> GitHost:
    """Return the Git host of the client's repository."""
    return _HOSTS[settings.git_settings(context).host](context)
