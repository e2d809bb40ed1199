"""Register webhooks at a Git host, for the `registration.py` of each Git-based provider.

The API never returns the secret of a webhook, so it is written each time. That also applies a
rotated secret.
"""

from collections.abc import Sequence

from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.providers._git import host


def instructions(context: Context, address: str) -> Sequence[str]:
    return host.host_for(context).registration_steps(address)


def hooks(context: Context) -> Sequence[Hook]:
    return host.host_for(context).list_hooks()


def register(context: Context, address: str) -> Sequence[Hook]:
    repository = host.host_for(context)
    own = find_own_webhooks(context, address, repository.list_hooks(), lambda hook: hook.address)
    # The empty id creates a webhook. All of ours get the current secret.
    for hook_id in [hook.id for hook in own.get("", [])] or [""]:
        repository.create_or_update_webhook(hook_id, address)
    return tuple(hook for hook in repository.list_hooks() if hook.address == address)
