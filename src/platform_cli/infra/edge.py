"""The code of the edge function, in the form that a site needs."""

import json
import re
from pathlib import Path
from typing import Final

from platform_cli.blueprint import model

EDGE: Final = Path(__file__).with_name("edge.js")
RULES: Final = Path(__file__).with_name("edge_rules.js")
ALIASES: Final = Path(__file__).with_name("edge_aliases.js")
PREVIEWS: Final = Path(__file__).with_name("edge_previews.js")
QUERY: Final = Path(__file__).with_name("edge_query.js")

_HANDLER: Final = "async function handler(event)"
_SITE: Final = "async function site(event)"
_IMPORT: Final = "import cf from 'cloudfront';"
_PAGES: Final = "async function pages(event)"
_COMMENTS_AND_MARGINS: Final = re.compile(r"^ *// .*\n|  // .*$|^[ \n]+", re.MULTILINE)
_REPEATED_QUERY: Final = re.compile(r"const query = \[\];\n.*?\n    }\n", re.DOTALL)
"""The code in `redirect` that `edge_query.js` has as a function."""
_ROUTE: Final = "async function route(event)"
_SHARED_ASSETS: Final = "request.uri.startsWith('/assets/')"
_SHARED_IF_HASHED: Final = r"/^\/assets\/.*[.-][0-9a-f]{64}\.[A-Za-z0-9.][^\/]*$/.test(request.uri)"


def render_edge_function(part: model.Site) -> str:
    """Return the code with what this site needs: own assets, rules, previews and aliases.

    Other sites keep the file's own bytes, so that their stacks do not change.
    """
    code = _read(EDGE)
    if part.has_release_assets:
        is_shared = "HASHED.test(request.uri)" if part.has_rules else _SHARED_IF_HASHED
        code = code.replace(_SHARED_ASSETS, is_shared)
    if part.has_rules:
        code = f"{code.replace(_HANDLER, _PAGES)}\n{_read(RULES)}"
    if part.preview_cookie:
        code = code.replace(_HANDLER, _SITE).replace(
            _IMPORT, f"{_IMPORT}\nimport crypto from 'crypto';"
        )
        code = f"{code}\n{_write_preview_constants(part)}\n{_read(PREVIEWS)}"
    if part.aliases:
        code = f"{code.replace(_HANDLER, _ROUTE)}\n{_write_names(part)}\n{_read(ALIASES)}"
    if part.has_rules or part.aliases:
        code = f"{code}\n{_read(QUERY)}"
        if part.preview_cookie:
            code = _REPEATED_QUERY.sub("const query = queryOf(request);", code, count=1)
            code = code.replace(
                "query.length ? path + '?' + query.join('&')", "query ? path + '?' + query", 1
            )
    # CloudFront takes 10 KB.
    return _COMMENTS_AND_MARGINS.sub("", code) if part.answers_are_changed else code


def _write_names(part: model.Site) -> str:
    return f"const DOMAIN = {json.dumps(part.domain)};\nconst ALIASES = {json.dumps(part.aliases)};"


def _write_preview_constants(part: model.Site) -> str:
    return (
        f"const PREVIEW_COOKIE = {json.dumps(part.preview_cookie)};\n"
        f"const HAS_RULES = {json.dumps(part.has_rules)};"
    )


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
