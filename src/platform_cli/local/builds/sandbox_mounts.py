"""Arrange the mounts of a build's sandbox, and run the build in it.

Uses the standard library only, because `unshare` starts it as a plain file, as the first process of
new user, mount and process namespaces. It hides folders under empty ones, replaces the devices,
makes everything but the writable folders read-only, and runs the command in a second user
namespace. There the command has no capability over these mounts, so it cannot undo them.

Usage: `sandbox_mounts.py FOLDERS COMMAND...`. FOLDERS is JSON: lists of paths under `hidden`,
`readable` and `writable`, and `user` with the user id and the group id of the build.
"""

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

_NEW_NAMESPACES = 0x10000000 | 0x00020000  # CLONE_NEWUSER | CLONE_NEWNS
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18  # of mount(2)
_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1  # of mount_setattr(2)
_NO_NEW_PRIVILEGES = 38  # of prctl(2)
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
"""Devices that programs need. The others are disks and terminals of the user."""
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
_kernel: Any = ctypes.CDLL(None, use_errno=True)


class _MountAttributes(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user"))


def main(folders: dict[str, Any], command: list[str]) -> int:
    """Run the command and return its exit code, or 128 plus the signal that killed it."""
    shown = [*folders["readable"], *folders["writable"]]
    # A path leads nowhere once its parent is hidden. An open descriptor still names the folder.
    sources = {path: os.open(path, os.O_PATH) for path in shown}
    current = Path.cwd()
    _mount("none", "/", "", _RECURSIVE | _PRIVATE)
    _mount_devices()
    for path in folders["hidden"]:
        _create_mount_point(Path(path), is_folder=True)  # in a folder that is hidden already
        _mount("tmpfs", path, "tmpfs", 0, "mode=0755")
    for path, source in sources.items():
        _create_mount_point(Path(path), is_folder=Path(f"/proc/self/fd/{source}").is_dir())
        _mount(f"/proc/self/fd/{source}", path, "", _BIND | _RECURSIVE)
        os.close(source)
    _set_attributes("/", _AT_RECURSIVE, _MountAttributes(set=_READ_ONLY))
    for path in folders["writable"]:
        _set_attributes(path, 0, _MountAttributes(clear=_READ_ONLY))
    _mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777")  # noqa: S108 (of this build only)
    _mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666")
    _mount("proc", "/proc", "proc", 0)
    os.chdir(current)  # the folder itself, not the one that is hidden now
    _drop_privileges(*folders["user"])
    code = os.spawnvp(os.P_WAIT, command[0], command)  # noqa: S606 (the build is no text for a shell)
    return code if code >= 0 else 128 - code


def _mount_devices() -> None:
    """Replace /dev. The user's id could open the other devices, even on a read-only mount."""
    sources = {name: os.open(f"/dev/{name}", os.O_PATH) for name in _DEVICES}
    _mount("tmpfs", "/dev", "tmpfs", 0, "mode=0755")
    for name, source in sources.items():
        Path("/dev", name).touch()
        _mount(f"/proc/self/fd/{source}", f"/dev/{name}", "", _BIND)
        os.close(source)
    for name, target in _DEVICE_LINKS.items():
        Path("/dev", name).symlink_to(target)
    for name in ("pts", "shm"):
        Path("/dev", name).mkdir()


def _drop_privileges(user: int, group: int) -> None:
    """Enter a namespace in which the process is the user again."""
    _check(_kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    _check(_kernel.unshare(_NEW_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} 0 1")
    Path("/proc/self/gid_map").write_text(f"{group} 0 1")


def _create_mount_point(path: Path, *, is_folder: bool) -> None:
    if is_folder:
        path.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    arguments = (text.encode() for text in (source, target, kind))
    _check(_kernel.mount(*arguments, ctypes.c_ulong(flags), options.encode()), f"mount {target}")


def _set_attributes(path: str, flags: int, attributes: _MountAttributes) -> None:
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    pointer = ctypes.byref(attributes)
    result = _kernel.syscall(_SETATTR, _AT_FDCWD, path.encode(), flags, pointer, size)
    _check(result, f"change {path}")


def _check(result: int, action: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), f"{action}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
