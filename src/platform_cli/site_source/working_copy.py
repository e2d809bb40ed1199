"""Find the source of a client's site and check that it matches the client's engine.

A client without a folder uses its engine's starter. When the engine changes, an unmodified starter
is replaced by the new engine's starter. A modified folder is never replaced.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from platform_cli import engines
from platform_cli.engines import Engine
from platform_cli.errors import PlatformError


def prepare_source_files(folder: Path, engine: Engine, templates: Path) -> dict[Path, Path]:
    """Return the files of the site by their path in the source.

    Raises if the folder holds a site for another engine.
    """
    starter = engine.starter_files(templates)
    if not folder.is_dir():
        return starter
    for name in engines.engine_names():
        other = engines.load_engine(name)
        if other == engine:
            continue
        other_starter = other.starter_files(templates)
        if _bodies(other.source_files(folder)) == _bodies(other_starter):
            _replace(folder, starter)
        elif (
            _starter_file_ratio(folder, other_starter, starter)
            > 0.5
            > _starter_file_ratio(folder, starter, other_starter)
        ):
            raise PlatformError(
                f"this is a site for {other.label}, and the client's engine is {engine.label}",
                where=str(folder),
                hint=f"move it elsewhere: without it, {engine.label}'s starter is used",
            )
    return engine.source_files(folder)


def _bodies(files: Mapping[Path, Path]) -> dict[Path, bytes]:
    return {name: file.read_bytes() for name, file in files.items()}


def _starter_file_ratio(
    folder: Path, starter: Mapping[Path, Path], other: Mapping[Path, Path]
) -> float:
    """Return the share, 0 to 1, of the files only this starter has that the folder holds."""
    names = starter.keys() - other.keys()
    return sum((folder / name).is_file() for name in names) / max(len(names), 1)


def _replace(folder: Path, starter: Mapping[Path, Path]) -> None:
    """Replace the folder by the starter. A crash never leaves a mix of both."""
    draft, old = (folder.with_name(f".{folder.name}.{suffix}") for suffix in ("draft", "old"))
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    engines.copy_files(starter, draft)
    folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old)
