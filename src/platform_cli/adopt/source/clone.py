"""Clone a repository without running anything of it, within limits of time and size.

The clone is bare: no file is checked out, so no filter, hook or symbolic link takes effect. Files
are read from Git's objects.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platform_cli.adopt.source.addresses import GitAddress
from platform_cli.errors import PlatformError, ToolMissing

PROTOCOLS: Final = "https:ssh"
OPTIONS: Final = (
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "submodule.recurse=false",
)  # fmt: skip
KEPT_VARIABLES: Final = ("GIT_SSH", "GIT_SSL_", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_PROXY_")
"""Settings of this machine's Git. Others, such as GIT_DIR, would lead it to another repository."""


@dataclass(frozen=True, slots=True)
class CloneLimits:
    """The limits of one clone."""

    seconds: float = 120
    megabytes: int = 500


DEFAULT_LIMITS: Final = CloneLimits()


def clone_bare(
    address: GitAddress,
    folder: Path,
    limits: CloneLimits = DEFAULT_LIMITS,
    *,
    protocols: str = PROTOCOLS,
) -> Path:
    """Clone the newest commit of a branch into a bare repository. Returns its folder."""
    target = folder / "repository.git"
    branch = ("--branch", address.branch) if address.branch else ()
    command = [
        *git_command(), "clone", "--quiet", "--bare", "--depth", "1", "--single-branch",
        "--no-tags", "--template=", "--no-recurse-submodules", *branch,
        "--", address.url, os.fspath(target),
    ]  # fmt: skip
    errors = folder / "errors"
    with errors.open("wb") as stderr:
        process = _start(command, stderr.fileno(), git_environment(os.environ, protocols))
        try:
            _wait(process, target, limits, address.url)
        finally:
            _kill(process)
    if process.returncode != 0:
        raise _clone_error(address.url, errors.read_text(errors="replace"))
    return target


def git_command() -> tuple[str, ...]:
    """Return Git with the options that keep a repository's own settings from taking effect."""
    return ("git", *OPTIONS)


def git_environment(environ: Mapping[str, str], protocols: str = PROTOCOLS) -> dict[str, str]:
    """Return the environment of Git: it asks nothing, and uses the allowed protocols only."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name.startswith(KEPT_VARIABLES)
    }
    return {
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
        **kept,
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def _start(
    command: Sequence[str], stderr: int, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise ToolMissing("git is not installed", hint="install git") from None


def _wait(process: subprocess.Popen[bytes], target: Path, limits: CloneLimits, url: str) -> None:
    """Wait for the end of a clone. Raises `PlatformError` at the limit of time or size."""
    deadline = time.monotonic() + limits.seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
        # A small clone can end between two looks, so the size is checked at the end as well.
        if _folder_bytes(target) > limits.megabytes * 1_000_000:
            raise PlatformError(
                f"{url} is larger than {limits.megabytes} MB",
                hint="clone it yourself, and adopt the folder of the site",
            )
        if process.returncode is not None:
            return
        if time.monotonic() > deadline:
            raise PlatformError(
                f"{url} could not be cloned in {limits.seconds:g} s",
                hint="clone it yourself, and adopt the folder of the site",
            )


def _folder_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # Git renames and removes its drafts meanwhile.
            with suppress(OSError):
                total += (Path(parent) / name).lstat().st_size
    return total


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Stop Git and the programs that it started, such as ssh."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _clone_error(url: str, stderr: str) -> PlatformError:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal:", "ERROR:"))] or lines
    reason = reasons[0].removeprefix("fatal: ") if reasons else "git gave no reason"
    return PlatformError(
        f"{url} could not be cloned: {reason}",
        hint="check the address; a private repository needs an ssh key or a credential helper",
    )
