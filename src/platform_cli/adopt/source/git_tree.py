"""List and read the files of a bare repository, from Git's objects."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from platform_cli.adopt.source.clone import git_command, git_environment
from platform_cli.adopt.source.site_files import SKIPPED_FOLDERS, FileKind, SiteFiles, SourceEntry
from platform_cli.errors import PlatformError

KINDS: Final = {"120000": FileKind.SYMLINK, "160000": FileKind.SUBMODULE}
PROGRAM: Final = "100755"
MAX_LIST_BYTES: Final = 64 * 1024 * 1024
"""Length of a list of files. A tree that contains itself many times would not end."""


@contextmanager
def open_repository(repository: Path) -> Iterator[SiteFiles]:
    """Yield the files of the newest commit. Raises `PlatformError`."""
    ids: dict[str, str] = {}
    entries = list(_list_entries(repository, ids))
    with _start(repository, "cat-file", "--batch") as process:
        assert process.stdin is not None  # noqa: S101 - opened as pipes
        assert process.stdout is not None  # noqa: S101
        requests, answers = process.stdin, process.stdout
        try:
            yield SiteFiles(entries, lambda path: _read_blob(requests, answers, ids[path]))
        finally:
            process.kill()


def read_branch(repository: Path) -> str:
    """Return the name of the branch that was cloned."""
    head = (repository / "HEAD").read_text(encoding="utf-8", errors="replace").strip()
    return head.removeprefix("ref: refs/heads/")


def _list_entries(repository: Path, ids: dict[str, str]) -> Iterator[SourceEntry]:
    """Yield the entries of the tree, and note the object of each."""
    with _start(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", "HEAD") as process:
        assert process.stdout is not None  # noqa: S101 - opened as a pipe
        try:
            listed = process.stdout.read(MAX_LIST_BYTES)
            if len(listed) == MAX_LIST_BYTES:
                raise PlatformError("the repository has too many files")
        finally:
            process.kill()
    if not listed:
        raise PlatformError("the repository has no commit on this branch, or no file in it")
    for record in os.fsdecode(listed).split("\0")[:-1]:
        facts, _, path = record.partition("\t")
        mode, _, object_id, size = facts.split()
        _check_path(path)
        if not SKIPPED_FOLDERS.isdisjoint(path.split("/")[:-1]):
            continue
        ids[path] = object_id
        kind = KINDS.get(mode, FileKind.FILE)
        yield SourceEntry(path, int(size) if size.isdecimal() else 0, kind, mode == PROGRAM)


def _check_path(path: str) -> None:
    """Refuse a path that leads out of the repository or into Git's own folder."""
    parts = path.split("/")
    if any(part.lower() in {"", ".", "..", ".git"} for part in parts):
        raise PlatformError(
            f"the repository contains the path {path!r}, which no honest one has",
            hint="check that you trust this repository",
        )


def _read_blob(requests: IO[bytes], answers: IO[bytes], object_id: str) -> bytes | None:
    requests.write(f"{object_id}\n".encode())
    requests.flush()
    header = answers.readline().split()
    if len(header) != 3:
        return None
    content = answers.read(int(header[2]))
    answers.read(1)
    return content


def _start(repository: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*git_command(), f"--git-dir={repository}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=git_environment(os.environ),
    )
