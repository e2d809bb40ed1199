"""Decap's content: files in the repository that Decap commits to."""

from platform_core.providers._git.content import GitContent
from platform_core.providers.decap.manifest import PROVIDER

_files = GitContent(PROVIDER.name)
changes = _files.changes
parts = _files.parts
list_all = _files.list_all
current = _files.current
