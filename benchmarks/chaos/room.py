"""A full disk: the state of the embedded cloud moves to a small file system for a while."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.chaos.runs import Bench, Row
from benchmarks.site import CLIENT, Site, wait_for

SPARE = 600 * 1024 * 1024
"""Bytes that each warm function needs to unpack its bundle after a start."""
UNPACKED = "tmp*"
"""Folders that every start creates again, so they are not copied."""
FULL_SECONDS = 10.0


def run_full_disk(bench: Bench, seed: int, deliveries: int = 200) -> Row | None:
    """Fill the disk under load, kill the cloud, and free space. None without root or Linux."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        return None
    site = bench.site
    with _mount_small_state_folder(site) as disk:
        return bench.run(
            "disk full",
            seed,
            deliveries,
            lambda: _fill_disk_and_kill_cloud(site, disk),
            per_second=deliveries / 5,
        )


def _fill_disk_and_kill_cloud(site: Site, disk: Path) -> str:
    site.deliver("prepared", "The door is warm")
    pid = site.platform("local", "status")["pid"]
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        _write_until_full(stream.fileno())
    time.sleep(FULL_SECONDS)
    _fill_freed_space(ballast)
    trouble = site.platform("local", "status")["trouble"]
    half = _find_invalid_state_files(disk)
    os.kill(pid, signal.SIGKILL)
    half += _find_invalid_state_files(disk)
    ballast.unlink()
    site.platform("status", CLIENT)
    half += _find_invalid_state_files(disk)
    after = site.platform("local", "status")["trouble"]
    if half or not trouble or after:
        raise SystemExit(f"half written: {half}; told {trouble!r}, then {after!r}")
    return f'full {FULL_SECONDS:.0f} s, killed; told: "{trouble}"'


def _write_until_full(descriptor: int) -> None:
    """Write until not a single byte fits any more."""
    for size in (1 << 20, 4096, 1):
        try:
            while True:
                os.write(descriptor, b"\0" * size)
        except OSError:
            continue


def _fill_freed_space(ballast: Path) -> None:
    """Fill the space that was freed in the meantime."""
    with ballast.open("ab") as stream:
        _write_until_full(stream.fileno())


def _find_invalid_state_files(disk: Path) -> list[str]:
    """Return the state files that are not valid JSON."""
    found = []
    for place in ("addresses.json", "snapshots/*-????????/*.json", "builds/*/records/*.json",
                  "vendors/*/*.json"):  # fmt: skip
        for file in disk.glob(place):
            try:
                json.loads(file.read_bytes())
            except ValueError:
                found.append(str(file.relative_to(disk)))
            except FileNotFoundError:
                continue  # a newer one took its place
    return found


@contextmanager
def _mount_small_state_folder(site: Site) -> Iterator[Path]:
    """Mount a small file system as the state folder, and restore the folder at the end."""
    state = site.workspace / ".platform" / "local"
    aside = state.with_name("aside")
    site.platform("local", "stop")
    state.rename(aside)
    state.mkdir()
    used = int(subprocess.check_output(["du", "-sb", aside]).split()[0])
    size = f"size={used + SPARE}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", state], check=True)
    try:
        _copy(aside, state)
        site.platform("status", CLIENT)
        yield state
        site.platform("local", "stop")
        shutil.rmtree(aside)
        _copy(state, aside)
    finally:
        site.platform("local", "stop")
        wait_for(lambda: subprocess.run(["umount", state]).returncode == 0, 30, 1)
        state.rmdir()
        aside.rename(state)
        site.platform("status", CLIENT)


def _copy(here: Path, there: Path) -> None:
    left = shutil.ignore_patterns(UNPACKED)
    shutil.copytree(here, there, symlinks=True, dirs_exist_ok=True, ignore=left)
