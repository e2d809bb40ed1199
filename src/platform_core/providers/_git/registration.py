"""How a Git host learns where to deliver; for the `registration.py` of each provider on one.

A hook's secret cannot be read back, so it is written each time: a rotated one is right afterwards.
"""

from collections.abc import Sequence

from platform_core.provider import Context, Hook
from platform_core.providers._git import host


def instructions(context: Context, address: str) -> Sequence[str]:
    return host.of(context).steps(address)


def hooks(context: Context) -> Sequence[Hook]:
    return host.of(context).hooks()


def register(context: Context, address: str) -> Sequence[Hook]:
    repository = host.of(context)
    ours = [each for each in repository.hooks() if each.address == address]
    for hook_id in [each.id for each in ours] or [""]:
        repository.put_hook(hook_id, address)
    return tuple(each for each in repository.hooks() if each.address == address)
