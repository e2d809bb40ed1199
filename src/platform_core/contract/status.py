"""Status values, as the tables, the logs and `--json` have them.

The text of a member never changes, because old rows hold it.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A `StrEnum` that also accepts text it does not know.

    A row may have been written by a newer or an older deploy. Its status then becomes a member
    that keeps the stored text and equals none of the known members, so a reader shows it as it
    is stored and treats it as a status without special meaning.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class DeliveryStatus(OpenEnum):
    """`status` of an INBOX row."""

    PENDING = "pending"
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    """DeliveryResult, but everything in it was stored already."""
    FAILED = "failed"
    QUARANTINED = "quarantined"
    """Authentic, but not understood."""


class SiteBuildStatus(OpenEnum):
    """`state` of the SITE row."""

    IDLE = "idle"
    WAITING = "waiting"
    BUILDING = "building"
    HELD = "held"
    """No build starts until something new happens."""


class BuildStatus(OpenEnum):
    """`status` of a BUILD row."""

    BUILDING = "building"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    """The newest release already holds the same content."""
    HELD = "held"
    """Not started: it would have removed too much content."""
    ABANDONED = "abandoned"
    """Ended by a fault of the build service; tried again."""


class PreviewStatus(OpenEnum):
    """`status` of a PREVIEW row."""

    WAITING = "waiting"
    """Its build has not started, or has made way for the live site's."""
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    ENDING = "ending"
    """Its address is closed and its objects are being deleted."""


class BuildOutcome(StrEnum):
    """State of a build at the build service."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    FAULTED = "faulted"
    """The build service itself failed, not the build."""


class ReceiptOutcome(StrEnum):
    """Result of receiving one webhook request, as the log names it."""

    ACCEPTED = "accepted"
    GREETED = "greeted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    TOO_LARGE = "too_large"
    ENCODED = "encoded"
    FORMER_ADDRESS = "former_address"
    """Sent to an address that a rotation has ended."""
    UNKNOWN_PROVIDER = "unknown_provider"
    REFUSED = "refused"
    OUT_OF_TIME = "out_of_time"
    UNAVAILABLE = "unavailable"
