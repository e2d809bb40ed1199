"""Tina's content: files in the repository that Tina commits to, whichever webhook reports them.

TinaCloud's GraphQL API would need another token and the site's schema. Reading files needs neither.
"""

from collections.abc import Sequence
from typing import cast

from platform_core.provider import Change, Context, Part
from platform_core.provider_kit import parsing
from platform_core.providers._git import host
from platform_core.providers._git.content import GitContent, read_parts
from platform_core.providers.tina import cloud
from platform_core.providers.tina.manifest import PROVIDER
from platform_core.providers.tina.settings import Settings
from platform_core.webhooks.request import Delivery

_files = GitContent(PROVIDER.name)
list_all = _files.list_all
current = _files.current


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes of a push, or those of TinaCloud's notice at the head of the branch."""
    return read_parts(parts(context, delivery))


def parts(context: Context, delivery: Delivery) -> Sequence[Part]:
    """Return the changed files of a push or of TinaCloud's notice, one part for each."""
    body = parsing.parse_document(delivery.request.body)
    if not cloud.is_tinacloud_notice(body):
        return _files.parts(context, delivery)
    paths = cloud.changed_paths(body, cast("Settings", context.settings))
    if not paths:
        return []
    repository = host.host_for(context)
    head = repository.read_head()
    files = dict.fromkeys(cloud.resolve_files(paths, repository, head))
    return _files.file_parts(context, files, head)
