"""Count the attempts to apply a delivery, and limit them.

An attempt is counted before its work starts. A worker that runs out of time or memory raises no
error, but its row still shows an attempt without a result. Such a delivery is suspected of killing
its worker. It is applied alone, after all others.

The first attempt of a new delivery is not counted first, which saves a write for every delivery.
If it is killed, the delivery is soon older than `FIRST_ATTEMPT_SECONDS`, and the next is counted.
"""

from typing import Final

from platform_core.contract.status import DeliveryStatus
from platform_core.errors import PipelineError, WorkerKilled
from platform_core.pipeline.ingest.deliveries import SET_ASIDE_SECONDS
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ports import (
    Attempt,
    DeliveryResult,
    FailedAttempt,
    StoredDelivery,
)

FIRST_ATTEMPT_SECONDS: Final = 60.0
"""Age up to which the stream's attempts of a delivery are not counted before their work."""
ATTEMPT_SECONDS: Final = 330.0
"""Seconds for which a counted attempt keeps the sweeper away. Longer than a function may run."""
MAX_UNFINISHED_ATTEMPTS: Final = 10
"""Attempts in a row that ended without a result."""
MAX_ATTEMPTS: Final = 40
"""Attempts after an error that may go away: more than a day of them."""
MAX_ATTEMPTS_AFTER_BUG: Final = 5
"""Attempts after an error in our own code, which a deploy may fix."""
FIRST_DELAY: Final = 5.0
LONGEST_DELAY: Final = 3600.0
"""Seconds between two attempts: they double from the first to the longest."""


def is_first_attempt(stored: StoredDelivery, now: float) -> bool:
    """Return whether the delivery has just come in and no attempt is recorded."""
    since = max(stored.delivery.request.received_at, stored.replayed_at)
    has_history = stored.delivery.attempts or stored.unfinished_attempts or stored.progress.done
    return not has_history and now - since < FIRST_ATTEMPT_SECONDS


def count_attempt_or_give_up(deps: IngestDeps, stored: StoredDelivery) -> bool:
    """Count an attempt on the delivery's row, before its work. Returns whether to work on it.

    False: another worker counted one at the same time, or too many ended without a result.
    """
    unfinished = stored.unfinished_attempts
    if unfinished >= MAX_UNFINISHED_ATTEMPTS:
        error = WorkerKilled(f"{unfinished} attempts in a row ended without a result")
        record_failure_or_dead_letter(deps, stored, error)
        return False
    number = stored.delivery.attempts + 1
    pause = max(_delay_after(number), ATTEMPT_SECONDS)
    attempt = Attempt(number, unfinished + 1, deps.clock() + pause)
    return deps.deliveries.start_attempt(stored.delivery.id, attempt)


def record_failure_or_dead_letter(
    deps: IngestDeps, stored: StoredDelivery, error: Exception
) -> None:
    """Store the failed attempt and the time of the next one.

    The text of an expected error is ours. The text of a bug may quote the body, so only its type
    is stored and logged.
    """
    delivery = stored.delivery
    attempts = delivery.attempts + 1
    name = type(error).__name__
    reason = f"{name}: {error}"[:300] if isinstance(error, PipelineError) else name
    max_attempts = MAX_ATTEMPTS_AFTER_BUG
    if isinstance(error, PipelineError):
        max_attempts = MAX_ATTEMPTS if error.retry else 1
    is_final = attempts >= max_attempts
    was_applied = {DeliveryStatus.APPLIED, DeliveryStatus.DUPLICATE}
    if is_final and stored.previous_status in was_applied:
        _end_failed_replay(deps, stored, reason)
        return
    if is_final:
        # The message goes out before the row is marked: after a crash in between it is sent
        # twice, and the other order could lose it.
        deps.dead_letters.send(delivery.id, reason)
    delay = _delay_after(attempts)
    now = deps.clock()
    expires_at = int(now) + SET_ASIDE_SECONDS if is_final else None
    failure = FailedAttempt(attempts, reason, now + delay, is_final, expires_at)
    deps.deliveries.record_failure(delivery.id, failure)
    deps.log(
        "delivery failed" if is_final else "delivery put off",
        delivery=delivery.id, provider=delivery.provider, attempts=attempts, reason=reason,
        request_id=delivery.request.request_id,
    )  # fmt: skip


def _delay_after(attempts: int) -> float:
    """Return the seconds until the next attempt."""
    return min(FIRST_DELAY * 2.0 ** min(attempts - 1, 20), LONGEST_DELAY)


def _end_failed_replay(deps: IngestDeps, stored: StoredDelivery, reason: str) -> None:
    """Restore the status from before the replay: the delivery was applied and stays so."""
    delivery = stored.delivery
    status = stored.previous_status or DeliveryStatus.APPLIED
    result = DeliveryResult(
        status, stored.published_event_ids, deps.clock(),
        reason=f"replay {stored.replays} failed: {reason}",
    )  # fmt: skip
    deps.deliveries.mark_applied(delivery.id, result)
    deps.log(
        "replay failed", delivery=delivery.id, provider=delivery.provider, reason=reason,
        request_id=delivery.request.request_id,
    )  # fmt: skip
