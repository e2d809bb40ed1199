"""Decap's editor for a site: a page at /admin/ and its configuration.

The page loads Decap from a CDN in the editor's browser, as the vendor's documentation does
(decapcms.org, Install Decap CMS, updated 2026-09-22); no build fetches it. One release is named
(the newest on npm on 2026-11-24), with the hash of the file in npm's package: a CDN that hands out
another is refused. That hash does not cover the parts that Decap loads later; with unpkg itself it
is unverified. Every page of a site limits by itself what it loads, and no header does, so this
page, which limits nothing, may load Decap and speak with the Git host while no other can.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from platform_core.providers._git.editor import UPLOADS, Shelf, shelves, shipped
from platform_core.providers.decap.settings import Settings
from platform_core.providers.editing import Owner, Site

OWNER = Owner.BUILD


def overlay(settings: Settings, site: Site) -> dict[str, bytes]:
    """The files of the editor, by their path below the source's root."""
    plain = shipped(__package__) / "admin"
    known = yaml.safe_load((plain / "config.yml").read_text("utf-8"))
    made = _config(known, settings, site)
    text = yaml.safe_dump(made, allow_unicode=True, sort_keys=False)
    return {
        site.served("admin/index.html"): (plain / "index.html").read_bytes(),
        site.served("admin/config.yml"): text.encode(),
    }


def _config(known: Mapping[str, Any], settings: Settings, site: Site) -> dict[str, Any]:
    return {
        "backend": _backend(settings),
        "site_url": site.url,
        "media_folder": f"{settings.media_folder}/{UPLOADS}",
        "public_folder": f"/{UPLOADS}",
        **{name: value for name, value in known.items() if name != "kinds"},
        "collections": [_collection(each, known["kinds"]) for each in shelves(settings)],
    }


def _backend(settings: Settings) -> dict[str, str]:
    """Where Decap commits to, and how an editor logs in there."""
    made = {"name": settings.host, "repo": settings.full_name, "branch": settings.branch}
    if settings.host == "gitlab" and settings.app_id:
        return {**made, "auth_type": "pkce", "app_id": settings.app_id}
    if settings.host == "github" and settings.auth_url:
        return {**made, "base_url": settings.auth_url}
    return made


def _collection(shelf: Shelf, kinds: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": shelf.name,
        "label": shelf.label,
        "folder": shelf.folder,
        "create": True,
        "extension": "md",
        "format": "yaml-frontmatter",
        **kinds[shelf.kind],
    }
