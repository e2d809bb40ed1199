"""Read the address that an author gives a page in its front matter."""

import re
from typing import Final

from platform_core.content.page_links import HOME
from platform_core.content.slugs import decode_escapes
from platform_core.provider_kit.document_fields import DocumentFields
from platform_core.provider_kit.parsing import Json, parse_text

_PLACEHOLDER: Final = re.compile(r"/?:[a-z]|\{\{|\{%|\$\{|\[")
"""A pattern for many pages (`/:year/:title/`), or a template."""
_NAMES: Final = ("permalink", "url", "path")
"""Jekyll and Eleventy; Hugo; Gatsby."""


def last_segment(header: Json) -> str | None:
    """Return the last part of a page's address, of which its slug is made. None if it has none."""
    by_name = DocumentFields(header).by_name
    for name in _NAMES:
        address = by_name.get(name)
        if not isinstance(address, str) or _PLACEHOLDER.search(address):
            continue
        path = address.strip().partition("#")[0].partition("?")[0]
        # `url` and `path` can name something else, such as the subject of a link post.
        if not path.startswith("/") and (name != "permalink" or "://" in path):
            continue
        path = re.sub(r"(^|/)index\.html?$", r"\1", path)
        segment = path.rstrip("/").rpartition("/")[2]
        segment = re.sub(r"\.(html?|php|aspx?)$", "", decode_escapes(segment))
        if segment or path == "/":
            return parse_text(segment) or HOME
    return None
