"""Locate the workspace and the files shipped with the tool.

A workspace is a folder that contains `clients/`. Shipped folders (templates, lambdas) are next to
the package in a checkout and inside the package in an installed wheel.
"""

import errno
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from platform_cli.errors import PlatformError, UsageError
from platform_cli.suggest import did_you_mean

CLIENTS_FOLDER = "clients"
STATE_FOLDER = ".platform"
CLIENT_ID = re.compile(r"(?!.*--)[a-z][a-z0-9-]{1,30}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with clients."""

    root: Path

    @property
    def clients(self) -> Path:
        return self.root / CLIENTS_FOLDER

    def client_ids(self) -> list[str]:
        """Return the sorted ids of all clients."""
        return sorted(path.stem for path in self.clients.glob("*.yaml"))

    def client_file(self, client_id: str) -> Path:
        """Return the file of an existing client. Rejects invalid ids to prevent path traversal."""
        if self.has_client_file(client_id):
            return self._path(client_id)
        raise self.unknown_client(client_id)

    def unknown_client(self, client_id: str) -> UsageError:
        """Return the error for a client without a file, with the most similar id."""
        return UsageError(
            f"there is no client {client_id!r} in {self.clients}",
            hint=did_you_mean(client_id, self.client_ids(), "see `platform list`"),
        )

    def has_client_file(self, client_id: str) -> bool:
        """Return whether the client has a file. False for an invalid id."""
        return bool(CLIENT_ID.fullmatch(client_id)) and self._path(client_id).is_file()

    def site_source(self, client_id: str) -> Path:
        """Return the folder of a client's site with `source: local`."""
        return self.clients / client_id

    def recorded_environments(self, client_id: str, environments: Iterable[str]) -> list[str]:
        """Return those of the environments to which this workspace has deployed the client."""
        state = self.root / STATE_FOLDER
        return [
            str(environment)
            for environment in environments
            if CLIENT_ID.fullmatch(client_id)
            and deployment_record(state, client_id, environment).exists()
        ]

    def _path(self, client_id: str) -> Path:
        return self.clients / f"{client_id}.yaml"

    def ensure_state_folder(self, *parts: str) -> Path:
        """Return a folder below `.platform/`; creates it and excludes it from Git."""
        home = self.root / STATE_FOLDER
        folder = home.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        return folder


def deployment_record(state: Path, client_id: str, environment: str) -> Path:
    """Return the file with the record of a client's last deploy."""
    return state / "deployments" / f"{client_id}-{environment}.json"


def content_report_file(state: Path, client_id: str, environment: str) -> Path:
    """Return the file with the last known report of a client's content."""
    return state / "content" / f"{client_id}-{environment}.json"


def write_atomically(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file atomically.

    Raises `FileExistsError` if the file exists and `replace` is false.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if replace:
            draft.replace(path)
        else:
            # Unlike a rename, a hard link fails if the target exists.
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


def find_workspace(named: str | None = None, start: Path | None = None) -> Workspace:
    """Find the workspace.

    Uses `--workspace`, then `PLATFORM_WORKSPACE`, then the nearest folder above `start`.
    """
    named = named or os.environ.get("PLATFORM_WORKSPACE")
    if named:
        root = Path(named).expanduser().resolve()
        if (root / CLIENTS_FOLDER).is_dir():
            return Workspace(root)
        raise UsageError(
            f"{root} is not a workspace: it has no folder {CLIENTS_FOLDER}/",
            hint=f"create one: platform init {named}",
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CLIENTS_FOLDER).is_dir():
            return Workspace(folder)
    raise UsageError(
        f"no workspace found: neither {here} nor a parent folder contains {CLIENTS_FOLDER}/",
        hint="create one with platform init DIR, or select one with --workspace DIR",
    )


def shipped_folder(name: str) -> Path:
    """Return the shipped folder `templates`, `lambdas` or `clients`."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_shipped" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise PlatformError(
        f"this installation is incomplete: {name}/ is missing", hint="reinstall platform"
    )
