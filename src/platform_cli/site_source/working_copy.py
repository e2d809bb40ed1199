"""Where the source of a client's site lies, and that it is a source for the client's engine.

A client without a folder of its own gets its engine's starter as it is. A folder that is a
starter, untouched, follows its client to another engine; one with somebody's work in it never does.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from platform_cli import engines
from platform_cli.engines import Engine
from platform_cli.errors import PlatformError


def find_source_files(folder: Path, engine: Engine, templates: Path) -> dict[Path, Path]:
    """The files to build from, by their path in the source.

    Raises where the folder holds another engine's site.
    """
    starter = engine.starter_files(templates)
    if not folder.is_dir():
        return starter
    for name in engines.engine_names():
        other = engines.load_engine(name)
        if other == engine:
            continue
        theirs = other.starter_files(templates)
        if _bodies(other.source_files(folder)) == _bodies(theirs):
            _replace(folder, starter)
        elif _share(folder, theirs, starter) > 0.5 > _share(folder, starter, theirs):
            raise PlatformError(
                f"this is a site for {other.label}, and the client's engine is {engine.label}",
                where=str(folder),
                hint=f"move it elsewhere: without it, {engine.label}'s starter is used",
            )
    return engine.source_files(folder)


def _bodies(files: Mapping[Path, Path]) -> dict[Path, bytes]:
    return {name: file.read_bytes() for name, file in files.items()}


def _share(folder: Path, starter: Mapping[Path, Path], other: Mapping[Path, Path]) -> float:
    """Return the share, 0 to 1, of the files only this starter has that the folder holds."""
    names = starter.keys() - other.keys()
    return sum((folder / name).is_file() for name in names) / max(len(names), 1)


def _replace(folder: Path, starter: Mapping[Path, Path]) -> None:
    """The whole new folder, or the whole old one."""
    draft, old = (folder.with_name(f".{folder.name}.{what}") for what in ("draft", "old"))
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    engines.copy_files(starter, draft)
    folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old)
