"""The commits of the repository that Tina commits to, whichever webhook reports them."""

from typing import cast

from platform_core.provider import Context, PushedCommit
from platform_core.provider_kit import parsing
from platform_core.providers._git import source
from platform_core.providers._git.source import archive_address as archive_address
from platform_core.providers._git.source import is_ancestor as is_ancestor
from platform_core.providers._git.source import read_head as read_head
from platform_core.providers.tina import cloud
from platform_core.providers.tina.settings import Settings
from platform_core.webhooks.request import Delivery


def pushed_commit(context: Context, delivery: Delivery) -> PushedCommit | None:
    """Return the commit of a push. A notice of TinaCloud names none and stands for the head."""
    body = parsing.parse_document(delivery.request.body)
    if not cloud.is_tinacloud_notice(body):
        return source.pushed_commit(context, delivery)
    if not cloud.is_for_branch(body, cast("Settings", context.settings)):
        return None
    return PushedCommit(source.read_head(context).commit)
