"""Access to the workspace of a use case, and to the client configs in it."""

from functools import lru_cache
from pathlib import Path
from typing import TypedDict

from platform_cli.config.load import load_client
from platform_cli.config.model import ClientServiceConfig
from platform_cli.workspace import Workspace, find_workspace

WorkspacePath = Workspace | Path | str | None
"""A workspace, its folder, or None for the nearest one above the current directory."""


class Location(TypedDict, total=False):
    """The keywords that select one deployment of a client; each may be left out."""

    environment: str | None
    """Defaults to the environment that the client's file names."""
    local: bool
    """The embedded cloud, even if the last deploy went to AWS."""
    workspace: WorkspacePath
    """Defaults to the nearest workspace above the current directory."""


def open_workspace(workspace: WorkspacePath = None) -> Workspace:
    """Return the workspace. Raises `UsageError` if there is none."""
    if isinstance(workspace, Workspace):
        return workspace
    return find_workspace(str(workspace) if workspace is not None else None)


def load_config(
    client: str, environment: str | None = None, *, workspace: WorkspacePath = None
) -> ClientServiceConfig:
    """Load and check a client's file. Without an environment, its default one applies.

    Raises `UsageError` for an unknown client, and `ConfigError` with every finding of its file.
    """
    file = open_workspace(workspace).client_file(client)
    status = file.stat()
    return _load_config_cached(
        file, environment, (status.st_mtime_ns, status.st_size, status.st_ino)
    )


@lru_cache(maxsize=64)
def _load_config_cached(
    file: Path, environment: str | None, _version: tuple[int, int, int]
) -> ClientServiceConfig:
    # Several use cases of one command read the same file. The version is part of the key, so a
    # program that runs for a long time sees every edit.
    return load_client(file, environment)
