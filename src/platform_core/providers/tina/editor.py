"""Tina's editor for a site: its configuration, and what that must know of the client.

Tina's page at /admin/ comes of `tinacms build`, which needs Tina's packages and a token of
TinaCloud: a person's own pipeline runs it (`npx @tinacms/cli init` adds the packages), never a
build of ours. So the files are laid into a new client's site, as its own. The configuration follows
tina.io, Config Reference and Collections (2025-12-09); that it may import a JSON file is
unverified.
"""

import json

from platform_core.providers._git.editor import UPLOADS, shelves, shipped
from platform_core.providers.editing import Owner, Site
from platform_core.providers.tina.settings import Settings

OWNER = Owner.CLIENT


def overlay(settings: Settings, site: Site) -> dict[str, bytes]:
    """The files of the editor, by their path below the source's root."""
    client = {
        "branch": settings.branch,
        "clientId": settings.client_id or None,
        "publicFolder": site.static,
        "mediaFolder": settings.media_folder,
        "mediaRoot": UPLOADS,
        "collections": [
            {"name": each.name, "label": each.label, "path": each.folder, "kind": each.kind}
            for each in shelves(settings)
        ],
    }
    config = shipped(__package__) / "tina" / "config.ts"
    return {
        "tina/config.ts": config.read_bytes(),
        "tina/client.json": json.dumps(client, ensure_ascii=False, indent=2).encode() + b"\n",
    }
