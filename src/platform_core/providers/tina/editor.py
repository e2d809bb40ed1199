"""Tina's editor for a site: its configuration and the client's settings for it.

Tina's page at /admin/ is the output of `tinacms build`, which needs Tina's packages and a TinaCloud
token. The client's own pipeline runs it (`npx @tinacms/cli init` adds the packages), not our build.
So the files are written once into a new client's site and belong to the client. The configuration
follows tina.io, Config Reference and Collections (2025-12-09); that it can import a JSON file is
unverified.
"""

import json

from platform_core.provider_kit.editor_files import EditedSite, FileOwner
from platform_core.providers._git.editor import UPLOADS, editor_files_dir, list_content_folders
from platform_core.providers.tina.settings import Settings

OWNER = FileOwner.CLIENT


def overlay(settings: Settings, site: EditedSite) -> dict[str, bytes]:
    """Return the files of the editor by their path below the source's root."""
    client_settings = {
        "branch": settings.branch,
        "clientId": settings.client_id or None,
        "publicFolder": site.static,
        "mediaFolder": settings.media_folder,
        "mediaRoot": UPLOADS,
        "collections": [
            {
                "name": folder.name,
                "label": folder.label,
                "path": folder.folder,
                "kind": folder.content_type,
            }
            for folder in list_content_folders(settings)
        ],
    }
    config = editor_files_dir(__package__) / "tina" / "config.ts"
    return {
        "tina/config.ts": config.read_bytes(),
        "tina/client.json": json.dumps(client_settings, ensure_ascii=False, indent=2).encode()
        + b"\n",
    }
