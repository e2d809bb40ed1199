"""The kinds of storms. Each has one kind of fault, and the last one has all."""

from dataclasses import dataclass

HOUR, DAY = 3_600.0, 86_400.0
GAPS = (0.05, 0.05, 0.5, 2.0, 20.0, 200.0)
"""Seconds between two edits: bursts and quiet periods."""


@dataclass(frozen=True, slots=True)
class Storm:
    """Probabilities of faults per step of a port, per message or per delivery. Times are in
    seconds."""

    name: str
    kill: float = 0.0
    """Per step: the worker dies before the effect, or after it and before the response."""
    away: float = 0.0
    """Per step: the store refuses, or its response is lost after the effect; a repeat may fail too.
    """
    race: float = 0.0
    """Per step: another worker, with a clock of its own, runs in between."""
    stall: float = 0.0
    """Per step: the call hangs, others run in between, and the function may run out of time."""
    partial: float = 0.0
    """Per message of a batch, object of a deletion or page of a read: the rest fails."""
    drop: float = 0.0
    """Per message (stream, hint, timer, end of a build): it is lost."""
    double: float = 0.0
    """Per message: it arrives twice. Per delivery: the vendor repeats it after `again`."""
    again: tuple[float, ...] = (1.0, 60.0, 25 * HOUR, 8 * DAY)
    late: tuple[float, ...] = (0.0,)
    """Seconds by which a delivery or a message may be late: enough to overtake others."""
    outage: tuple[float, ...] = ()
    """Seconds of one outage of a store, the secrets or the vendor's API."""
    skew: tuple[float, ...] = (0.0,)
    """Largest error of a worker's clock."""
    failing: float = 0.0
    """Per build: the build fails, or the build service does."""
    lying: float = 0.0
    """Per build: it succeeds and leaves a hostile list of its files."""
    refused: float = 0.0
    """Per start of a build: the service refuses it, as an account at its limit does."""
    builds: tuple[float, float] = (10.0, 200.0)
    """Longest duration of a build."""
    poison: float = 0.0
    """Per delivery: it causes an error in our code."""
    deadly: float = 0.0
    """Per delivery: it kills every worker that reads it."""
    hostile: float = 0.0
    """Per delivery: a signed but malicious delivery comes with it."""
    forged: float = 0.0
    """Per delivery: an attacker sends one as well."""
    lag: float = 0.0
    """Largest delay of the indexes; the vendor's API may have the same delay in addition."""
    people: float = 0.0
    """Per delivery: a person orders a build, a rollback, a resume or a sync."""
    gaps: tuple[float, ...] = GAPS
    waits: float = 40 * DAY
    """Longest time until an acknowledged delivery is applied."""


CALM = Storm("calm", waits=10)
STRUCK = Storm("struck once", waits=HOUR)
"""A storm without faults, except those that a test causes."""
ANY = Storm("whatever a test makes of it")
EVERYTHING = Storm(
    "everything", kill=0.004, away=0.01, race=0.004, partial=0.01, drop=0.1, double=0.1,
    again=(1, 60, 25 * HOUR, 31 * DAY), late=(0, 1, 30, 400), outage=(60, HOUR),
    skew=(0, 1, -1, 299, -301), failing=0.15, lying=0.05, refused=0.1, poison=0.02, hostile=0.05,
    forged=0.05, lag=5, people=0.02,
)  # fmt: skip
STORMS = (
    CALM,
    Storm("killed", kill=0.02, waits=HOUR),
    Storm("reply lost or throttled", away=0.04, waits=6 * HOUR),
    Storm("partly done", partial=0.1, waits=HOUR),
    Storm("raced", race=0.02, waits=10),
    Storm("stalled", stall=0.01, waits=HOUR),
    Storm("messages lost", drop=0.4, waits=HOUR),
    Storm("only the sweepers", drop=1.0, waits=HOUR),
    Storm("doubled, up to 8 days later", double=0.5, waits=10),
    Storm("again a month later", double=0.5, again=(25 * HOUR, 29.99 * DAY, 30.01 * DAY, 31 * DAY)),
    Storm("reordered and delayed", late=(0, 1, 30, 400, 4_000), waits=2 * HOUR),
    Storm(
        "later than every limit", late=(0, 31, 310, 400, 3_700, 25 * HOUR), builds=(10, 4_000),
        waits=DAY,
    ),
    Storm("a store down, 1 min to 26 h", outage=(60, HOUR, 26 * HOUR), waits=2 * DAY),
    Storm(
        "clocks wrong, up to a day", skew=(0, 1, -1, 299, -301, DAY, -DAY), race=0.01, waits=2 * DAY
    ),
    Storm("builds fail", failing=0.5, waits=10),
    Storm("builds lie", lying=0.5, waits=10),
    Storm("starts refused", refused=0.5, waits=10),
    Storm("poisoned", poison=0.1, waits=10),
    Storm("workers killed by deliveries", deadly=0.1, waits=6 * HOUR),
    Storm("hostile", hostile=0.5, waits=10),
    Storm("forged", forged=1.0, waits=10),
    Storm("indexes behind", lag=60, drop=0.2, waits=HOUR),
    Storm("people", people=0.1, waits=10),
    Storm("a flood", gaps=(0.0, 0.01), waits=60),
    EVERYTHING,
)  # fmt: skip
