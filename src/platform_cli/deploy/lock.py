"""Prevent two simultaneous deployments of a client on this machine."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from platform_cli.errors import PlatformError


@contextmanager
def hold_lock(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock. Raises an error that names the owner if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise PlatformError(
                f"{name} is being changed by another command ({lock.read().strip()})",
                hint="wait for it, or end that process",
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()} since {datetime.now(UTC):%H:%M:%S} UTC")
        lock.flush()
        yield
        lock.truncate(0)


def is_held(folder: Path, name: str) -> bool:
    """Return whether a process holds the lock."""
    try:
        with (folder / f"{name}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
