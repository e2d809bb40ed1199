"""When to build: `decide(state, now, policy)`. No clock and no I/O inside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """The client's `builds`; all in seconds but the threshold (events)."""

    grace_seconds: float = 3
    bulk_threshold: int = 10
    bulk_window_seconds: float = 30
    bulk_quiet_seconds: float = 20
    bulk_max_wait_seconds: float = 240
    staleness_slo_seconds: float | None = None
