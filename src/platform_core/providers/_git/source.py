"""The commits of a client's repository, for the `source.py` of each Git-based provider."""

from platform_core.provider import ArchiveAddress, BranchHead, Context, PushedCommit
from platform_core.provider_kit import parsing
from platform_core.providers._git import host
from platform_core.providers._git.push import parse_commit_id
from platform_core.webhooks.request import Delivery


def pushed_commit(context: Context, delivery: Delivery) -> PushedCommit | None:
    """Return the commit of a push to the published branch. None for other deliveries."""
    push = host.host_for(context).parse_push(parsing.parse_document(delivery.request.body))
    if push is None:
        return None
    pushed_at = push.pushed_at.timestamp() if push.pushed_at else None
    return PushedCommit(push.after, pushed_at)


def read_head(context: Context) -> BranchHead:
    """Read the head of the published branch."""
    head = host.host_for(context).read_head()
    return BranchHead(parse_commit_id(head.commit), head.pushed_at.timestamp())


def is_ancestor(context: Context, commit: str, of: str) -> bool:
    """Return whether `commit` is `of` or one of its ancestors. False for an unknown commit."""
    return commit == of or host.host_for(context).is_ancestor(commit, of)


def archive_address(context: Context, commit: str) -> ArchiveAddress:
    """Return the address of a commit's archive."""
    return host.host_for(context).archive_address(commit)
