"""Redirects and headers of a site, read from the configuration files of other hosts."""

from typing import Final

COPIED_FOLDERS: Final = (
    "",
    "public/",
    "static/",
    "src/",
    "src/static/",
    "src/public/",
    "content/",
    "site/",
)
"""Folders of a site from which generators copy files to its root."""
RULE_FILES: Final = ("_redirects", "_headers")
"""Files that keep their meaning in the output of a build."""
