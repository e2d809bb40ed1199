"""Tina's content: files, read from the repository that Tina commits to, whoever tells of them.

TinaCloud's GraphQL API could tell the same with another token; files need no schema of the site.
"""

from collections.abc import Sequence
from typing import cast

from platform_core.provider import Change, Context
from platform_core.providers import reading
from platform_core.providers._git import host
from platform_core.providers._git.content import GitContent
from platform_core.providers.tina import cloud
from platform_core.providers.tina.manifest import PROVIDER
from platform_core.providers.tina.settings import Settings
from platform_core.webhook import Delivery

_files = GitContent(PROVIDER.name)
list_all = _files.list_all
current = _files.current


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a push changed; of TinaCloud's hint, what its files are at the branch's head."""
    body = reading.document(delivery.request.body)
    if not cloud.is_hint(body):
        return _files.changes(context, delivery)
    paths = cloud.told(body, cast("Settings", context.settings))
    if not paths:
        return []
    repository = host.of(context)
    head = repository.head()
    return _files.look(context, dict.fromkeys(cloud.resolved(paths, repository, head)), head)
