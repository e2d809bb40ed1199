"""The sandbox of local builds: no home folder, no other client, no process that outlives the build.

`bwrap` (bubblewrap) is used where it works, then `unshare` of util-linux with the mounts of
`sandbox_mounts.py`. Both need Linux and user namespaces. Elsewhere a build runs as the user, and
decision 0005 says what it may reach.

The network is that of the machine, because builds download packages.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

_MOUNTS_SCRIPT = Path(__file__).with_name("sandbox_mounts.py")
_TRIAL_SECONDS = 20
_TOOL_FOLDERS = (
    "bin",
    "sbin",
    "lib",
    "lib64",
    "libexec",
    "include",
    "shims",
    "versions",
    "installs",
    "tools",
)
"""Folders of an installation below the home folder that builds may read, beside one on PATH."""
_PRIVATE_FOLDERS = ("/home", "/root", "/run", "/tmp", "/var/tmp")  # noqa: S108 (hidden, not used)
"""Folders with files of people, and with sockets of their agents, terminals and editors.

A mount that is only read-only does not stop a build from connecting to a socket.
"""
_NAME_SERVICE = ("/run/systemd/resolve", "/run/resolvconf", "/run/nscd", "/run/NetworkManager")
"""Folders below /run that the files of name resolution link to."""


class SandboxKind(StrEnum):
    """The program that isolates builds."""

    BWRAP = "bwrap"
    UNSHARE = "unshare"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SandboxFolders:
    """Folders of one build. What is neither hidden nor writable can be read.

    A folder may be in another one of a different kind: writable ones win over readable ones, and
    those over hidden ones.
    """

    current: Path
    writable: tuple[Path, ...]
    hidden: tuple[Path, ...]
    readable: tuple[Path, ...] = ()
    """Files and folders that can be read although a folder around them is hidden."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Runs a command without access to what a build does not need."""

    kind: SandboxKind

    def wrap(self, command: Sequence[str], folders: SandboxFolders) -> list[str]:
        """Return the command that runs `command` in the sandbox."""
        # Sorted: a hidden folder in another one is mounted after it.
        hidden = sorted({str(folder) for folder in (*_personal_folders(), *folders.hidden)})
        needed = {str(path) for path in (*_tool_paths(), *folders.readable) if _exists(path)}
        readable = sorted(path for path in needed if _is_below(path, hidden))
        writable = [str(folder) for folder in folders.writable]
        match self.kind:
            case SandboxKind.BWRAP:
                return [
                    *("bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc"),
                    *("--die-with-parent", "--cap-drop", "ALL", "--ro-bind", "/", "/"),
                    *("--dev", "/dev", "--proc", "/proc"),
                    *(word for folder in hidden for word in ("--tmpfs", folder)),
                    *(word for path in readable for word in ("--ro-bind", path, path)),
                    *(word for path in writable for word in ("--bind", path, path)),
                    *(word for folder in hidden for word in ("--remount-ro", folder)),
                    *("--chdir", str(folders.current), "--", *command),
                ]
            case SandboxKind.UNSHARE:
                mounts = {"hidden": hidden, "readable": readable, "writable": writable}
                return [
                    *("unshare", "--user", "--map-root-user", "--mount", "--pid", "--ipc"),
                    *("--fork", "--kill-child", "--", sys.executable, "-I", "-S"),
                    *(str(_MOUNTS_SCRIPT), json.dumps(mounts | {"user": _user()}), *command),
                ]
            case SandboxKind.NONE:
                return list(command)


def find_sandbox() -> Sandbox:
    """Return the best sandbox that works on this machine."""
    kinds = (SandboxKind.BWRAP, SandboxKind.UNSHARE)
    return Sandbox(next(filter(is_usable, kinds), SandboxKind.NONE))


def is_usable(kind: SandboxKind) -> bool:
    """Return whether the program is installed and may isolate a process here, by trying it."""
    if shutil.which(kind) is None:
        return False
    try:
        with TemporaryDirectory() as name:
            here = Path(name)
            # As in a build: a writable folder in a hidden one, and that one in another.
            folders = SandboxFolders(here, writable=(here / "own",), hidden=(here.parent, here))
            folders.writable[0].mkdir()
            command = Sandbox(kind).wrap([sys.executable, "-I", "-S", "-c", "pass"], folders)
            result = subprocess.run(command, capture_output=True, timeout=_TRIAL_SECONDS, cwd=here)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def _user() -> list[int]:
    return [os.getuid(), os.getgid()]


def _home() -> Path:
    """Return the home folder of the user, or `/` for a user who has none.

    `HOME` is another folder in the server.
    """
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir).resolve()
    except KeyError:  # a container can run as any user id
        return Path("/")


def _personal_folders() -> set[Path]:
    """Return the folders with files and sockets of people, such as keys and their agents."""
    folders = {_home(), *map(Path, _PRIVATE_FOLDERS)} - {Path("/")}
    return {folder for folder in folders if os.path.isdir(folder)}  # noqa: PTH112 (as below)


def _exists(path: Path) -> bool:
    """Return whether the path exists. `Path.exists` raises if the user may not look it up."""
    return os.path.exists(path)  # noqa: PTH110


def _tool_paths() -> Iterator[Path]:
    """Iterate over the folders of this installation, of programs on PATH and of name service."""
    yield from (Path(sys.prefix), Path(sys.base_prefix), *map(Path, _NAME_SERVICE))
    folders = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    if node := shutil.which("node"):
        folders.append(Path(node).resolve().parent)
    for folder in folders:
        yield folder
        # `~/bin` is no installation: what is beside it belongs to the person.
        if folder.parent != _home():
            yield from (folder.parent / name for name in _TOOL_FOLDERS)


def _is_below(path: str, hidden: Sequence[str]) -> bool:
    """Return whether the path is strictly inside a hidden folder, and contains none."""
    is_inside = any(Path(path).is_relative_to(folder) for folder in hidden)
    return is_inside and not any(Path(folder).is_relative_to(path) for folder in hidden)
