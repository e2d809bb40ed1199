"""Where the source of a client's site lies, and that it is a source for the client's engine.

A client without a folder of its own gets its engine's starter as it is. A folder that is a
starter, untouched, follows its client to another engine; one with somebody's work in it never does.
"""

import shutil
from pathlib import Path

from platform_cli import engines
from platform_cli.engines import Engine
from platform_cli.errors import PlatformError


def local(folder: Path, engine: Engine, templates: Path) -> Path:
    """The folder to build from; raises where the folder holds another engine's site."""
    starter = engine.starter(templates)
    if not folder.is_dir():
        return starter
    for name in engines.names():
        other = engines.engine(name)
        if other == engine:
            continue
        if _files(folder, other) == _files(other.starter(templates), other):
            _replace(folder, starter, engine)
        elif _resembles(folder, other.starter(templates), starter):
            raise PlatformError(
                f"this is a site for {other.label}, and the client's engine is {engine.label}",
                where=str(folder),
                hint=f"move it away: without it, {engine.label}'s starter is used",
            )
    return folder


def _files(root: Path, engine: Engine) -> dict[Path, bytes]:
    return {name: (root / name).read_bytes() for name in engine.source_files(root)}


def _resembles(folder: Path, other: Path, own: Path) -> bool:
    """Whether it has more of the other starter's files than of its own engine's."""
    return _share(folder, other) > 0.5 > _share(folder, own)


def _share(folder: Path, starter: Path) -> float:
    names = [file.relative_to(starter) for file in starter.rglob("*") if file.is_file()]
    return sum((folder / name).is_file() for name in names) / max(len(names), 1)


def _replace(folder: Path, starter: Path, engine: Engine) -> None:
    """The whole new folder, or the whole old one."""
    draft, old = (folder.with_name(f".{folder.name}.{what}") for what in ("draft", "old"))
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for name in engine.source_files(starter):
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(starter / name, draft / name)
    folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old)
