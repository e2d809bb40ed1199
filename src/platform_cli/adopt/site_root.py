"""Find the folder of the source that holds the site."""

from dataclasses import replace
from typing import Final

from platform_cli.adopt.hosting_files import HostedBuild
from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.engines import DetectedSite
from platform_cli.errors import UsageError
from platform_cli.site_source.detection import detect_site

MAX_DEPTH: Final = 3
MAX_FOLDERS: Final = 300
"""Folders that are looked at. A repository with more is no site."""
MAX_NAMED: Final = 8
PAGE_FOLDERS: Final = ("public", "www", "html", "htdocs", "site", "web", "dist", "docs", "src")
"""Usual folders of finished pages."""


def detect_root(
    files: SiteFiles, hosted: HostedBuild, stated: str | None
) -> tuple[str, DetectedSite]:
    """Return the folder with the site, empty for the root of the source, and the facts there.

    Raises `UsageError` if there are several sites.
    """
    if stated is not None:
        root = _check_root(files, stated)
        return root, detect_site(files.read, root=root)
    for folder in dict.fromkeys((hosted.base, "")):
        detected = detect_site(files.read, root=folder)
        if detected.engine is not None:
            return folder, detected
    sites = _detect_below(files)
    if len(sites) > 1:
        named = ", ".join(list(sites)[:MAX_NAMED])
        raise UsageError(f"there are {len(sites)} sites: {named}", hint="choose one by --root DIR")
    for folder, detected in sites.items():
        if hosted.command and detected.engine is not None:
            # The command of the former host runs at the root, and calls the generator from there.
            at_root = detect_site(files.read, root=hosted.base, engine=detected.engine.value)
            return hosted.base, replace(at_root, engine=detected.engine)
        return folder, detected
    root = _find_finished_pages(files, hosted)
    return root, detect_site(files.read, root=root)


def has_home_page(files: SiteFiles, root: str) -> bool:
    """Return whether a folder has a home page."""
    return (f"{root}/index.html" if root else "index.html") in files.entries


def _find_finished_pages(files: SiteFiles, hosted: HostedBuild) -> str:
    """Return the folder with the pages of a site that nothing builds; empty for the source."""
    is_built = "package.json" in files.entries or hosted.command or has_home_page(files, "")
    stated = hosted.output.removeprefix("./").strip("/")
    folders = () if is_built else (stated, *PAGE_FOLDERS)
    return next((folder for folder in folders if folder and has_home_page(files, folder)), "")


def _detect_below(files: SiteFiles) -> dict[str, DetectedSite]:
    """Return the sites in the folders of the upper levels."""
    found = {folder: detect_site(files.read, root=folder) for folder in _list_folders(files)}
    return {folder: site for folder, site in found.items() if site.engine is not None}


def _check_root(files: SiteFiles, stated: str) -> str:
    root = stated.removeprefix("./").strip("/").removeprefix(".")
    if root and not any(path.startswith(f"{root}/") for path in files.entries):
        raise UsageError(f"the site has no folder {stated!r}", hint="--root is a path inside of it")
    return root


def _list_folders(files: SiteFiles) -> list[str]:
    """Return the folders of the upper levels, those with fewer parts first."""
    folders = {
        "/".join(parts[:depth])
        for path in files.paths
        for parts in [path.split("/")]
        for depth in range(1, min(len(parts), MAX_DEPTH + 1))
    }
    return sorted(folders, key=lambda folder: (folder.count("/"), folder))[:MAX_FOLDERS]
