"""The code of the edge function, in the form that a site needs."""

import json
from pathlib import Path
from typing import Final

from platform_cli.blueprint import model

EDGE: Final = Path(__file__).with_name("edge.js")
ALIASES: Final = Path(__file__).with_name("edge_aliases.js")

_HANDLER: Final = "async function handler(event)"
_ROUTE: Final = "async function route(event)"
_SHARED_ASSETS: Final = "request.uri.startsWith('/assets/')"
_SHARED_IF_HASHED: Final = r"/^\/assets\/.*[.-][0-9a-f]{64}\.[A-Za-z0-9.][^\/]*$/.test(request.uri)"


def render_edge_function(part: model.Site) -> str:
    """Return the code with what this site needs: assets of a release, and redirects of aliases.

    Other sites keep the file's own bytes, so that their stacks do not change.
    """
    code = EDGE.read_text(encoding="utf-8")
    if part.has_release_assets:
        code = code.replace(_SHARED_ASSETS, _SHARED_IF_HASHED)
    if not part.aliases:
        return code
    names = (
        f"const DOMAIN = {json.dumps(part.domain)};\nconst ALIASES = {json.dumps(part.aliases)};"
    )
    return f"{code.replace(_HANDLER, _ROUTE)}\n{names}\n{ALIASES.read_text(encoding='utf-8')}"
