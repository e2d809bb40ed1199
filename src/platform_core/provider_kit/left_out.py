"""Log content that a provider leaves out, in one form for all of them."""

import logging

log = logging.getLogger(__name__)

NOTHING_TO_SHOW = "no words, picture or file"
"""The reason for a block of a text that has an unknown type."""


def log_hidden(content_id: object, reason: str | None) -> None:
    """Log an item that is a draft because its document is not understood."""
    log.warning("%.100s is a draft: %s", content_id, reason, extra={"reason": reason})


def log_left_out(part: str, name: object, reason: str) -> None:
    """Log one line: the part, such as "a block", its name or type, and the reason."""
    # The name comes from the vendor, so its length is limited.
    log.warning("left out %s (%.100s): %s", part, name, reason, extra={"reason": reason})
