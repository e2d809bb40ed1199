"""Log and count content that a provider leaves out, in one form for all of them."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from platform_core.content.report import count_reason

log = logging.getLogger(__name__)

NOTHING_TO_SHOW = "no words, picture or file"
"""The reason for a block of a text that has an unknown type."""

_counts: ContextVar[dict[str, int] | None] = ContextVar("left_out", default=None)


@contextmanager
def count_left_out() -> Iterator[Mapping[str, int]]:
    """Count what providers leave out meanwhile, by reason: `a block: no words, picture or file`.

    Providers are generators, so the count grows while their items are read.
    """
    counts: dict[str, int] = {}
    token = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(token)


def log_hidden(content_id: object, reason: str | None) -> None:
    """Log an item that is a draft because its document is not understood."""
    log.warning("%.100s is a draft: %s", content_id, reason, extra={"reason": reason})


def log_left_out(part: str, name: object, reason: str) -> None:
    """Log and count a part, such as "a block", with its name or type and the reason."""
    # The name comes from the vendor, so its length is limited.
    log.warning("left out %s (%.100s): %s", part, name, reason, extra={"reason": reason})
    note_left_out(f"{part}: {reason}")


def note_left_out(reason: str) -> None:
    """Count a part that the caller has logged."""
    counts = _counts.get()
    if counts is not None:
        count_reason(counts, reason)
