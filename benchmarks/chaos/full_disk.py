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

from benchmarks.chaos.runs import ChaosRunner, RunResult
from benchmarks.site import CLIENT, Site, wait_for

FREE_BYTES = 600 * 1024 * 1024
"""Space that each warm function needs to unpack its bundle after a start."""
TEMPORARY_FOLDERS = "tmp*"
"""Folders that every start creates again, so they are not copied."""
FULL_SECONDS = 10.0
STATE_FILES = (
    "addresses.json", "snapshots/*-????????/*.json", "builds/*/records/*.json", "vendors/*/*.json",
)  # fmt: skip


def run_full_disk(runner: ChaosRunner, seed: int, deliveries: int = 200) -> RunResult | None:
    """Fill the disk under load, kill the cloud, and free space. None without root or Linux."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        return None
    site = runner.site
    with _mount_small_state_folder(site) as disk:
        return runner.run(
            "disk full",
            seed,
            deliveries,
            lambda: _fill_disk_and_kill_cloud(site, disk),
            per_second=deliveries / 5,
        )


def _fill_disk_and_kill_cloud(site: Site, disk: Path) -> str:
    """Fill the disk, kill the cloud, free the space and start the cloud.

    Raises `SystemExit` if a file is damaged, or if `local status` does not report the full disk.
    """
    site.deliver("prepared", "The function is warm")
    pid = site.run_command("local", "status")["pid"]
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        _write_until_full(stream.fileno())
    time.sleep(FULL_SECONDS)
    _fill_freed_space(ballast)
    trouble = site.run_command("local", "status")["trouble"]
    invalid_files = _find_invalid_state_files(disk)
    os.kill(pid, signal.SIGKILL)
    invalid_files += _find_invalid_state_files(disk)
    ballast.unlink()
    site.run_command("status", CLIENT)
    invalid_files += _find_invalid_state_files(disk)
    later_trouble = site.run_command("local", "status")["trouble"]
    if invalid_files or not trouble or later_trouble:
        raise SystemExit(
            f"invalid files: {invalid_files}; "
            f"status when full: {trouble!r}, and with free space: {later_trouble!r}"
        )
    return f'full for {FULL_SECONDS:.0f} s, then killed; status: "{trouble}"'


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
    invalid_files = []
    for pattern in STATE_FILES:
        for file in disk.glob(pattern):
            try:
                json.loads(file.read_bytes())
            except ValueError:
                invalid_files.append(str(file.relative_to(disk)))
            except FileNotFoundError:
                continue  # a newer one replaced it
    return invalid_files


@contextmanager
def _mount_small_state_folder(site: Site) -> Iterator[Path]:
    """Mount a small file system as the state folder, and restore the folder at the end.

    Stops the embedded cloud and moves its state, both at the start and at the end.
    """
    state = site.workspace / ".platform" / "local"
    original_state = state.with_name("original-state")
    site.run_command("local", "stop")
    state.rename(original_state)
    state.mkdir()
    used_bytes = int(subprocess.check_output(["du", "-sb", original_state]).split()[0])
    size = f"size={used_bytes + FREE_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", state], check=True)
    try:
        _copy_state(original_state, state)
        site.run_command("status", CLIENT)
        yield state
        site.run_command("local", "stop")
        shutil.rmtree(original_state)
        _copy_state(state, original_state)
    finally:
        site.run_command("local", "stop")
        wait_for(lambda: subprocess.run(["umount", state]).returncode == 0, 30, 1)
        state.rmdir()
        original_state.rename(state)
        site.run_command("status", CLIENT)


def _copy_state(source: Path, target: Path) -> None:
    ignore = shutil.ignore_patterns(TEMPORARY_FOLDERS)
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=ignore)
