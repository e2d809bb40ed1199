"""The code of the edge function, in the form that a site needs."""

from pathlib import Path
from typing import Final

EDGE: Final = Path(__file__).with_name("edge.js")

_SHARED_ASSETS: Final = "request.uri.startsWith('/assets/')"
_SHARED_IF_HASHED: Final = r"/^\/assets\/.*[.-][0-9a-f]{64}\.[A-Za-z0-9.][^\/]*$/.test(request.uri)"


def read_edge_function(*, has_release_assets: bool) -> str:
    """Return the code; see `has_release_assets` of the part `Site`.

    Sites without it keep the file's own bytes, so that no stack of a starter changes.
    """
    code = EDGE.read_text(encoding="utf-8")
    return code.replace(_SHARED_ASSETS, _SHARED_IF_HASHED) if has_release_assets else code
