"""Check a Git host's archive of a commit, and pack its files as the source of a build.

The host puts all files into one folder, which is left out. The digest depends on names, modes and
contents only, so a commit that changes no file gives the same digest.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Final

from platform_core.errors import UnusableSource, VendorUnavailable

MEGABYTE: Final = 1024**2
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN: Final = 0o100644 << 16
_PROGRAM: Final = 0o100755 << 16
_CHUNK: Final = 256 * 1024
_ENCRYPTED: Final = 0x1
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_SUBMODULES: Final = ".gitmodules"
_SUBMODULE_PATH: Final = re.compile(r"(?m)^\s*path\s*=\s*(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits of a site's source."""

    archive_bytes: int = 200 * MEGABYTE
    """Size of the host's archive."""
    unpacked_bytes: int = 1024 * MEGABYTE
    files: int = 50_000


def pack_archive(archive: IO[bytes], target: IO[bytes], limits: ArchiveLimits) -> str:
    """Write the files of a host's archive to `target`, as a zip file. Returns their digest.

    Raises `UnusableSource` if a build cannot use them, and `VendorUnavailable` if the archive is
    damaged.
    """
    try:
        with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as packed:
            entries = _list_entries(source, limits)
            _require_submodules(source, entries)
            return digest_files(_copy_files(source, entries, packed, limits))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        reason = f"the host's archive is damaged: {type(error).__name__}"
        raise VendorUnavailable(reason) from None


def digest_files(files: Iterable[tuple[str, bool, str]]) -> str:
    """Hash files in the order of their names: path, whether it is a program, its SHA-256."""
    digest = hashlib.sha256()
    for name, is_program, sha256 in files:
        digest.update(f"{name}\0{is_program}\0{sha256}\n".encode())
    return digest.hexdigest()


def zip_entry(name: str, *, is_program: bool) -> zipfile.ZipInfo:
    """Return the entry of a file in a source archive, without the time of the file."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = _PROGRAM if is_program else _PLAIN
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _list_entries(source: zipfile.ZipFile, limits: ArchiveLimits) -> Mapping[str, zipfile.ZipInfo]:
    """Return the files by their path below the archive's one folder, sorted."""
    files = [entry for entry in source.infolist() if not entry.is_dir()]
    if len(files) > limits.files:
        raise UnusableSource(f"it has {len(files)} files, and the limit is {limits.files}")
    if sum(entry.file_size for entry in files) > limits.unpacked_bytes:
        raise UnusableSource(_too_large(limits))
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in files:
        path = _path_in_folder(entry)
        if path in entries:
            raise UnusableSource(f"two files have the path {path}")
        entries[path] = entry
    return dict(sorted(entries.items()))


def _path_in_folder(entry: zipfile.ZipInfo) -> str:
    """Return the path below the first folder. Raises `UnusableSource` for an unsafe entry."""
    _, _, path = entry.filename.partition("/")
    shown = repr(path[:200])
    parts = PurePosixPath(path).parts
    # `ZipInfo` ends a name at a NUL, and `PurePosixPath` drops `.` and empty parts.
    is_unsafe = not parts or "/".join(parts) != path or ".." in parts or "\\" in path
    if is_unsafe or path.startswith("/"):
        raise UnusableSource(f"the path {shown} leads outside its folder, or not to a file")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnusableSource(f"{shown} is a symbolic link: replace it with a copy of its target")
    if entry.flag_bits & _ENCRYPTED:
        raise UnusableSource(f"{shown} is encrypted")
    return path


def _require_submodules(source: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
    """Check that no submodule lacks its files, which hosts leave out of archives."""
    if _SUBMODULES not in entries:
        return
    text = source.read(entries[_SUBMODULES]).decode("utf-8", "replace")
    for path in _SUBMODULE_PATH.findall(text):
        if not any(name.startswith(f"{path.strip('/')}/") for name in entries):
            raise UnusableSource(
                f"{path[:200]!r} is a Git submodule, and archives leave its files out: commit the "
                "files themselves, or use a package or a module of the generator"
            )


def _copy_files(
    source: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    packed: zipfile.ZipFile,
    limits: ArchiveLimits,
) -> Iterator[tuple[str, bool, str]]:
    """Copy the files chunk by chunk. Yields the facts of each for the digest."""
    left = limits.unpacked_bytes
    for path, entry in entries.items():
        is_program = bool((entry.external_attr >> 16) & 0o100)
        content = hashlib.sha256()
        is_start = True
        with (
            source.open(entry) as file,
            packed.open(
                zip_entry(path, is_program=is_program), "w", force_zip64=entry.file_size > 2**31 - 1
            ) as copy,
        ):
            while chunk := file.read(_CHUNK):
                # The header of an entry may name less than the entry unpacks to.
                left -= len(chunk)
                if left < 0:
                    raise UnusableSource(_too_large(limits))
                if is_start and chunk.startswith(_LFS_POINTER):
                    raise UnusableSource(
                        f"{path[:200]!r} is a Git LFS pointer: turn on the host's setting that "
                        "includes Git LFS objects in archives, or commit the file itself"
                    )
                is_start = False
                content.update(chunk)
                copy.write(chunk)
        yield path, is_program, content.hexdigest()


def _too_large(limits: ArchiveLimits) -> str:
    return f"its files have more than {limits.unpacked_bytes // MEGABYTE} MB"
