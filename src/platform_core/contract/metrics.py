"""The numbers in log lines that CloudWatch counts, by the `provider` of the same line."""

from typing import Final

METRICS_NAMESPACE: Final = "Platform"
"""One for all clients of an account: a client is a property of its lines, and no metric more."""
RECEIVED: Final = "received"
SIGNATURE_FAILURES: Final = "signature_failures"
TIME_FAILURES: Final = "time_failures"
MALFORMED: Final = "malformed"
DUPLICATES: Final = "duplicates"
"""Deliveries that had come before, or said nothing new."""
APPLIED: Final = "applied"
PUBLISHED: Final = "published"
"""Events that went out to subscribers."""
ACK: Final = "ack_milliseconds"
"""From the request to its answer."""
APPLY: Final = "apply_seconds"
"""From the receipt, or the replay, to the mark that all of it is stored."""
BUILD: Final = "build_seconds"
FLIP: Final = "flip_seconds"
"""From the build's end to the pointer's move."""
LIVE: Final = "live_seconds"
"""From the first change that a build holds to the pointer's move."""
METRICS: Final = {
    RECEIVED: "Count",
    SIGNATURE_FAILURES: "Count",
    TIME_FAILURES: "Count",
    MALFORMED: "Count",
    DUPLICATES: "Count",
    APPLIED: "Count",
    PUBLISHED: "Count",
    ACK: "Milliseconds",
    APPLY: "Seconds",
    BUILD: "Seconds",
    FLIP: "Seconds",
    LIVE: "Seconds",
}
"""Name and unit."""
