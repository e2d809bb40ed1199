"""Poll a deployed client for new and changed entries, without end."""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeVar

from platform_cli.targets.target import Target

LOCAL_POLL_SECONDS: Final = 1.0
AWS_POLL_SECONDS: Final = 5.0
"""CloudWatch Logs allows a few calls a second in an account, and a client has several logs."""
LATE_SECONDS: Final = 60.0
"""Time by which an entry can appear after a newer one: logs and indexes are written late."""

T = TypeVar("T")


def poll_changes(
    target: Target,
    read: Callable[[], Iterable[T]],
    identify: Callable[[T], Hashable],
    fingerprint: Callable[[T], Hashable],
) -> Iterator[T]:
    """Yield each entry of `read` when it appears, and again when its fingerprint changes.

    Forgets an entry that `read` no longer returns. Ends when the caller stops the iteration.
    """
    known: dict[Hashable, Hashable] = {}
    while True:
        current: dict[Hashable, Hashable] = {}
        for entry in read():
            key = identify(entry)
            current[key] = fingerprint(entry)
            if key not in known or known[key] != current[key]:
                yield entry
        known = current
        time.sleep(LOCAL_POLL_SECONDS if target.is_local else AWS_POLL_SECONDS)
