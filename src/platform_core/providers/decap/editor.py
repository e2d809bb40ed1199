"""Decap's editor for a site: a page at /admin/ and its configuration.

The page loads Decap from a CDN in the editor's browser, as the vendor's documentation recommends
(decapcms.org, Install Decap CMS, updated 2026-09-22). No build fetches it. The page pins one
release (the newest on npm on 2026-11-24) and the hash of its file in the npm package, so the
browser refuses any other file. The hash does not cover the chunks that Decap loads later; that it
matches unpkg's file is unverified. Every page of a site sets its own content security policy,
without a header. This page sets none, so it alone may load Decap and call the Git host.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from platform_core.contract import LOGIN_AUTH, LOGIN_PATH
from platform_core.provider_kit.editor_files import EditedSite, FileOwner
from platform_core.providers._git.editor import (
    UPLOADS,
    ContentFolder,
    editor_files_dir,
    list_content_folders,
)
from platform_core.providers.decap.settings import Settings

OWNER = FileOwner.BUILD


def overlay(settings: Settings, site: EditedSite) -> dict[str, bytes]:
    """Return the files of the editor by their path below the source's root."""
    shipped_files = editor_files_dir(__package__) / "admin"
    shipped_config = yaml.safe_load((shipped_files / "config.yml").read_text("utf-8"))
    config = _build_config(shipped_config, settings, site)
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    return {
        site.source_path("admin/index.html"): (shipped_files / "index.html").read_bytes(),
        site.source_path("admin/config.yml"): text.encode(),
    }


def _build_config(
    shipped_config: Mapping[str, Any], settings: Settings, site: EditedSite
) -> dict[str, Any]:
    return {
        "backend": _backend_config(settings, site),
        "site_url": site.url,
        "media_folder": f"{settings.media_folder}/{UPLOADS}",
        "public_folder": f"/{UPLOADS}",
        # `kinds` is our own key in the shipped file: the fields for each content type.
        **{name: value for name, value in shipped_config.items() if name != "kinds"},
        "collections": [
            _collection_config(folder, shipped_config["kinds"])
            for folder in list_content_folders(settings)
        ],
    }


def _backend_config(settings: Settings, site: EditedSite) -> dict[str, str]:
    """Return Decap's Git backend and its login method."""
    backend = {"name": settings.host, "repo": settings.full_name, "branch": settings.branch}
    # GitLab's login with PKCE needs no server, GitHub's needs an OAuth server.
    if settings.host == "gitlab" and settings.app_id:
        return {**backend, "auth_type": "pkce", "app_id": settings.app_id}
    if settings.host == "github" and settings.login_client_id:
        relay = f"{LOGIN_PATH}{LOGIN_AUTH}".lstrip("/")
        return {
            **backend,
            "base_url": site.url.rstrip("/"),
            "auth_endpoint": relay,
        }
    if settings.host == "github" and settings.auth_url:
        return {**backend, "base_url": settings.auth_url}
    return backend


def _collection_config(folder: ContentFolder, fields_by_type: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": folder.name,
        "label": folder.label,
        "folder": folder.folder,
        "create": True,
        "extension": "md",
        "format": "yaml-frontmatter",
        **fields_by_type[folder.content_type],
    }
