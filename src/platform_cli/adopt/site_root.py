"""Find the folder of a repository that holds the site."""

from collections.abc import Callable
from typing import Final

from platform_cli.adopt.hosting_files import HostedBuild
from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.errors import UsageError
from platform_cli.site_source.detection import detect_site

MAX_DEPTH: Final = 3
MAX_FOLDERS: Final = 300
"""Folders that are looked at. A repository with more is no site."""
MAX_NAMED: Final = 8


def find_root(files: SiteFiles, hosted: HostedBuild, stated: str | None) -> str:
    """Return the folder with the site; empty for the root of the source. Raises `UsageError`."""
    if stated is not None:
        return _check_root(files, stated)
    has_site = _is_site(files)
    if hosted.base and has_site(hosted.base):
        return hosted.base
    if has_site(""):
        return ""
    folders = [folder for folder in _list_folders(files) if has_site(folder)]
    if len(folders) > 1:
        named = ", ".join(folders[:MAX_NAMED])
        raise UsageError(
            f"there are {len(folders)} sites: {named}", hint="choose one by --root DIR"
        )
    return folders[0] if folders else ""


def _check_root(files: SiteFiles, stated: str) -> str:
    root = stated.removeprefix("./").strip("/").removeprefix(".")
    if root and not any(path.startswith(f"{root}/") for path in files.entries):
        raise UsageError(f"the site has no folder {stated!r}", hint="--root is a path inside of it")
    return root


def _is_site(files: SiteFiles) -> Callable[[str], bool]:
    return lambda root: detect_site(files.read, root=root).engine is not None


def _list_folders(files: SiteFiles) -> list[str]:
    """Return the folders of the upper levels, those with fewer parts first."""
    folders = {
        "/".join(parts[:depth])
        for path in files.paths
        for parts in [path.split("/")]
        for depth in range(1, min(len(parts), MAX_DEPTH + 1))
    }
    return sorted(folders, key=lambda folder: (folder.count("/"), folder))[:MAX_FOLDERS]
