"""Copy the files of a site into the folder of its client."""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from platform_cli.adopt.source.site_files import FileKind, SiteFiles, is_portable
from platform_cli.adopt.texts import is_env_file
from platform_cli.engines import Engine

EXAMPLES: Final = ("example", "sample", "template")


def copy_site(files: SiteFiles, engine: Engine, folder: Path) -> int:
    """Copy the source of a site into a new folder. Returns the number of files.

    Entries that a build cannot contain stay behind, and so do files of environment variables, which
    can hold secrets. An interrupted copy leaves only a draft, which the next call removes.
    """
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    copied = 0
    try:
        for path in _list_source(files, engine):
            content = files.read(path)
            if content is None:
                continue
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # A name that differs in upper and lower case only can be the same file here.
            if not target.exists():
                target.write_bytes(content)
                target.chmod(0o755 if files.entries[path].is_program else 0o644)
                copied += 1
        draft.mkdir(exist_ok=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return copied


def _list_source(files: SiteFiles, engine: Engine) -> Iterator[str]:
    made = [PurePosixPath(engine.root, name) for name in (engine.output, *engine.scratch) if name]
    for path, entry in files.entries.items():
        if entry.kind is not FileKind.FILE or not is_portable(path) or _is_private(path):
            continue
        if not any(folder in PurePosixPath(path).parents for folder in made):
            yield path


def _is_private(path: str) -> bool:
    """Return whether a file sets environment variables, and is no example."""
    return is_env_file(path) and not path.endswith(EXAMPLES)
