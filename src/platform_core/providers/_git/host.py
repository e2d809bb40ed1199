"""What we need of a Git host. Each is a value behind this protocol; a client's settings choose."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from platform_core.provider import Context, Hook
from platform_core.providers._git import settings
from platform_core.providers._git.github import GitHub
from platform_core.providers._git.gitlab import GitLab
from platform_core.providers._git.push import Head, Push
from platform_core.providers.reading import Json


class Host(Protocol):
    """One repository, read at commits and never at a branch that may move meanwhile."""

    def pushed(self, body: Json) -> Push | None:
        """A delivery's push to our published branch; None where it is none, or our own.

        Raises `Malformed`.
        """
        ...

    def head(self) -> Head:
        """The published branch. The push time is read first: it may be old, never too new."""
        ...

    def tree(self, commit: str) -> dict[str, str]:
        """Every file at a commit: path -> the id of its content."""
        ...

    def file(self, path: str, commit: str) -> str | None:
        """A file's text at a commit; None where it is not there. Raises `Malformed`."""
        ...

    def changed_at(self, path: str, commit: str) -> datetime | None:
        """When a file was last changed, as of a commit; None: it was never there."""
        ...

    def address(self, path: str, commit: str) -> str:
        """Where a browser finds a file of a public repository."""
        ...

    def hooks(self) -> Sequence[Hook]:
        """Every webhook of the repository."""
        ...

    def put_hook(self, hook: str, address: str) -> None:
        """Have a hook (by its id; empty: a new one) tell an address of pushes, with our secret."""
        ...

    def steps(self, address: str) -> Sequence[str]:
        """How a person makes that hook."""
        ...


_HOSTS: Final[Mapping[str, Callable[[Context], Host]]] = {"github": GitHub, "gitlab": GitLab}


def of(context: Context) -> Host:
    """The host of the client's repository."""
    return _HOSTS[settings.of(context).host](context)
