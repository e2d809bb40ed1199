"""The call by which the embedded cloud gives a simulated Git host the files of a site."""

from typing import Final

SITE_FILES_PATH: Final = "/_platform/site-files"
"""Takes `{"branch", "at": Unix seconds, "files": {path: Base64}}`, answers `{"changed": bool}`."""
