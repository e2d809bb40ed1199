"""Pack a site's source into one archive. The same files give the same digest on every machine."""

import hashlib
import io
import os
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from platform_cli.engines import TOOLS_FOLDER, UNDERLAY_FOLDER, Engine
from platform_cli.errors import PlatformError, ToolMissing
from platform_core.contract import source_key
from platform_core.pipeline.source.archive import digest_files, zip_entry


@dataclass(frozen=True, slots=True)
class SourceArchive:
    """The archive of a site's source and its SHA-256."""

    digest: str
    archive: bytes

    @property
    def key(self) -> str:
        """Object key of the archive in the data bucket."""
        return source_key(self.digest)


def pack_source(
    origin: Mapping[Path, Path],
    engine: Engine,
    publisher: Path,
    *,
    under: Mapping[str, bytes] = MappingProxyType({}),
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> SourceArchive:
    """Pack a site's files, by their path in the source, and the tools that every build needs.

    A file in `origin` replaces a file in `under` at the same path. The files in `beside` are put
    beside the tools. The files of an engine that builds commits lie in a folder of their own.
    """
    underlay = UNDERLAY_FOLDER if engine.checkout else ""
    files = {PurePosixPath(underlay, name).as_posix(): text for name, text in under.items()}
    programs: set[str] = set()
    for path, file in origin.items():
        name = PurePosixPath(engine.checkout, path.as_posix()).as_posix()
        files[name] = file.read_bytes()
        if file.stat().st_mode & 0o100:
            programs.add(name)
    files |= engine.read_build_tools(publisher)
    files |= {f"{TOOLS_FOLDER}/{name}": text for name, text in beside.items()}
    return SourceArchive(_digest(files, programs), _zip(files, programs))


def clone_repository(repository: str, branch: str, folder: Path) -> Path:
    """Clone the newest commit of a branch, with this machine's own Git credentials."""
    _, _, path = repository.partition(":")
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch]
    try:
        process = subprocess.run(
            [*command, "--", f"https://github.com/{path}.git", folder],
            env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ToolMissing("git is not installed", hint="install git") from None
    if process.returncode != 0:
        reason = process.stderr.strip().splitlines()[-1:] or ["git gave no reason"]
        raise PlatformError(f"{repository} ({branch}) could not be cloned: {reason[0]}")
    return folder


def _digest(files: Mapping[str, bytes], programs: set[str]) -> str:
    """Hash names, modes and contents. The archive's bytes depend on the version of zlib."""
    return digest_files(
        (name, name in programs, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files)
    )


def _zip(files: Mapping[str, bytes], programs: set[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zip_entry(name, is_program=name in programs)
            archive.writestr(entry, files[name], compresslevel=6)
    return buffer.getvalue()
