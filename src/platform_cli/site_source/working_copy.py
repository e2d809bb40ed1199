"""Find the source of a client's site and check that it matches the client's engine.

A client without a folder uses its engine's starter. When the engine changes, a person agrees before
an unmodified starter is replaced by the new engine's starter. A modified folder is never replaced.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from platform_cli import engines
from platform_cli.engines import Engine
from platform_cli.errors import UsageError

MAX_NAMED_FILES: Final = 5
GIT_FOLDER: Final = ".git"


@dataclass(frozen=True, slots=True)
class StarterReplacement:
    """An unmodified starter that a deploy replaces, because the client's engine changed."""

    folder: Path
    files: int
    former: str
    """Label of the engine whose starter is there now."""
    engine: str
    """Label of the client's engine."""

    def __str__(self) -> str:
        return (
            f"the {self.files} files of {self.former}'s starter in {self.folder} "
            f"with {self.engine}'s starter"
        )


def find_replacement(folder: Path, engine: Engine, templates: Path) -> StarterReplacement | None:
    """Return the replacement that a deploy would make, or None. Changes nothing.

    Raises if the folder holds a site for another engine, or files that cannot be published.
    """
    if not folder.is_dir():
        _require_starter(folder, engine)
        return None
    if not engine.starters:
        engine.source_files(folder)
        return None
    starter = engine.starter_files(templates)
    for name in engines.starter_engine_names():
        other = engines.load_engine(name)
        if other.name == engine.name:
            continue
        other_starter = other.starter_files(templates)
        # A site of its own may contain what `source_files` of another engine refuses.
        if _starter_file_ratio(folder, other_starter, starter) <= 0.5:
            continue
        if _bodies(other.source_files(folder)) == _bodies(other_starter):
            return StarterReplacement(folder, len(other_starter), other.label, engine.label)
        if _starter_file_ratio(folder, starter, other_starter) < 0.5:
            raise _other_engine_error(folder, other, other_starter, engine)
    engine.source_files(folder)
    return None


def prepare_source_files(folder: Path, engine: Engine, templates: Path) -> dict[Path, Path]:
    """Return the files of the site by their path in the source.

    Replaces an unmodified starter of another engine. Raises if the folder holds a site for another
    engine.
    """
    starter = engine.starter_files(templates)
    if not folder.is_dir():
        _require_starter(folder, engine)
        return starter
    if find_replacement(folder, engine, templates) is not None:
        _replace(folder, starter)
    return engine.source_files(folder)


def _require_starter(folder: Path, engine: Engine) -> None:
    """Raise if a client without a folder has an engine that has no starter either."""
    if not engine.starters:
        raise UsageError(
            f"the source of the site is missing, and {engine.label} has no starter",
            where=str(folder),
            hint="put the site into this folder",
        )


def _other_engine_error(
    folder: Path, other: Engine, other_starter: Mapping[Path, Path], engine: Engine
) -> UsageError:
    """Return the error for a modified site of another engine. It names the modified files."""
    files = other.source_files(folder)
    starter = _bodies(other_starter)
    edited = [
        name.as_posix() for name, file in files.items() if starter.get(name) != file.read_bytes()
    ]
    edited += [name.as_posix() for name in starter.keys() - files.keys()]
    named = ", ".join(islice(sorted(edited), MAX_NAMED_FILES))
    more = f" and {len(edited) - MAX_NAMED_FILES} more" if len(edited) > MAX_NAMED_FILES else ""
    return UsageError(
        f"this is a site for {other.label}, and the client's engine is {engine.label}: "
        f"its starter would replace your changes in {named}{more}",
        where=str(folder),
        hint=f"set ssg_engine back to {other.name}; or move the folder elsewhere, and the deploy "
        f"uses {engine.label}'s starter",
    )


def _bodies(files: Mapping[Path, Path]) -> dict[Path, bytes]:
    return {name: file.read_bytes() for name, file in files.items()}


def _starter_file_ratio(
    folder: Path, starter: Mapping[Path, Path], other: Mapping[Path, Path]
) -> float:
    """Return the share, 0 to 1, of the files only this starter has that the folder holds."""
    names = starter.keys() - other.keys()
    return sum((folder / name).is_file() for name in names) / max(len(names), 1)


def _replace(folder: Path, starter: Mapping[Path, Path]) -> None:
    """Replace the folder by the starter. A crash never leaves a mix of both.

    A Git repository in the folder is kept, because its history is a person's work.
    """
    draft, old = (folder.with_name(f".{folder.name}.{suffix}") for suffix in ("draft", "old"))
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    engines.copy_files(starter, draft)
    folder.rename(old)
    if (old / GIT_FOLDER).exists():
        (old / GIT_FOLDER).rename(draft / GIT_FOLDER)
    draft.rename(folder)
    shutil.rmtree(old)
