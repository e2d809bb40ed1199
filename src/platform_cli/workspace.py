"""Where things stand on disk, from whatever folder a person calls.

A workspace is a folder with `clients/` in it. What the tool itself brings (templates, lambdas)
lies beside the package in a checkout and inside it in an installed wheel.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from platform_cli.errors import PlatformError, UsageError
from platform_cli.suggest import near

CLIENTS = "clients"
STATE = ".platform"
CLIENT_ID = re.compile(r"(?!.*--)[a-z][a-z0-9-]{1,30}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Workspace:
    """One folder of clients."""

    root: Path

    @property
    def clients(self) -> Path:
        return self.root / CLIENTS

    def client_ids(self) -> list[str]:
        """Every client that has a file, sorted."""
        return sorted(path.stem for path in self.clients.glob("*.yaml"))

    def client_file(self, client_id: str) -> Path:
        """The YAML of an existing client; refuses what is no id, so that no path gets through."""
        path = self.clients / f"{client_id}.yaml"
        if CLIENT_ID.fullmatch(client_id) and path.is_file():
            return path
        raise UsageError(
            f"there is no client {client_id!r} in {self.clients}",
            hint=near(client_id, self.client_ids(), "see `platform list`"),
        )

    def site_source(self, client_id: str) -> Path:
        """Where a client's site lies when its source is `local`."""
        return self.clients / client_id

    def state(self, *parts: str) -> Path:
        """A folder under `.platform/`, made when missing and never committed."""
        home = self.root / STATE
        folder = home.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        return folder


def write_whole(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file whole or not at all; without `replace` an existing one is left as it is, and
    `FileExistsError` raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if replace:
            draft.replace(path)
        else:
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


def find(named: str | None = None, start: Path | None = None) -> Workspace:
    """The workspace that `--workspace` or `PLATFORM_WORKSPACE` names, else the nearest above."""
    named = named or os.environ.get("PLATFORM_WORKSPACE")
    if named:
        root = Path(named).expanduser().resolve()
        if (root / CLIENTS).is_dir():
            return Workspace(root)
        raise UsageError(
            f"{root} is no workspace: it has no folder {CLIENTS}/",
            hint=f"make one: platform init {named}",
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CLIENTS).is_dir():
            return Workspace(folder)
    raise UsageError(
        f"no workspace here: neither {here} nor a folder above it has {CLIENTS}/",
        hint="make one: platform init DIR, or name one: --workspace DIR",
    )


def shipped(name: str) -> Path:
    """The folder `templates`, `lambdas` or `clients` that came with the tool."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_shipped" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise PlatformError(f"this installation lacks its folder {name}/", hint="install the tool anew")
