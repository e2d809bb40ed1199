"""Apply stored deliveries again, on request: the same path and the same rules as the first time.

One conditional write turns an applied, failed or quarantined row back into a pending one, so the
sweeper finishes what a crash interrupts, as for any other delivery. Versions keep old content from
winning, and events that were published are not published again.
"""

from collections.abc import Sequence
from typing import Final

from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.applied_delivery import facts_of_discarded
from platform_core.pipeline.ingest.deliveries import SET_ASIDE
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.sweeper import BATCH_SIZE, split_batches
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.ports import Discarded, ReplayRequest, StoredDelivery
from platform_core.pipeline.reports import (
    GONE,
    ReplayedDelivery,
    ReplayReport,
    SkippedDelivery,
)

COOL_DOWN: Final = 60.0
"""Seconds after a replay in which the same delivery is not replayed again."""


def replay_deliveries(deps: IngestDeps, ids: Sequence[str], until: float) -> ReplayReport:
    """Apply these deliveries again, in this order. Idempotent. Raises `StoreUnavailable`."""
    report = ReplayReport()
    for batch in split_batches(list(dict.fromkeys(ids)), BATCH_SIZE):
        if deps.clock() >= until:
            report.left += batch
            continue
        numbers = {
            id_: number for id_ in batch if (number := _reopen_or_record_skip(deps, id_, report))
        }
        Ingest(deps).apply_deliveries(list(numbers), until)
        for id_, number in numbers.items():
            stored = deps.deliveries.read(id_)
            status = DeliveryStatus(GONE) if stored is None else stored.delivery.status
            reason = "" if stored is None else stored.reason
            report.replayed.append(ReplayedDelivery(id_, number, status, reason))
    return report


def discard_deliveries(deps: IngestDeps, ids: Sequence[str]) -> list[str]:
    """Give up deliveries that are not applied, so that their rows expire. Returns their ids.

    The body of an order is replaced by facts, or by its hash alone if it cannot be read.
    """
    discarded = []
    for id_ in ids:
        stored = deps.deliveries.read(id_)
        if stored is None or stored.delivery.status not in SET_ASIDE | {DeliveryStatus.PENDING}:
            continue
        facts = facts_of_discarded(deps, stored)
        discarded_now = Discarded(stored.delivery.status, deps.clock(), facts)
        if deps.deliveries.discard(id_, discarded_now):
            deps.log("delivery discarded", delivery=id_)
            discarded.append(id_)
    return discarded


def _reopen_or_record_skip(deps: IngestDeps, delivery_id: str, report: ReplayReport) -> int:
    """Make the delivery pending again. Returns the number of the replay; 0 if it was skipped."""
    stored = deps.deliveries.read(delivery_id)
    reason = _skip_reason(stored, deps.clock())
    if stored is not None and not reason:
        request = ReplayRequest(stored.delivery.status, stored.replays + 1, deps.clock())
        if deps.deliveries.reopen(delivery_id, request):
            deps.log("delivery replayed", delivery=delivery_id, replay=request.number)
            return request.number
        reason = "somebody else was at it"
    report.skipped.append(SkippedDelivery(delivery_id, reason))
    return 0


def _skip_reason(stored: StoredDelivery | None, now: float) -> str:
    """Return why the delivery is not replayed; empty if it can be."""
    if stored is None:
        return "it is no longer kept"
    if stored.delivery.status == DeliveryStatus.PENDING:
        return "it waits already, and is driven without a replay"
    if not stored.can_be_applied:
        return "its body is no longer kept"
    if now - stored.replayed_at < COOL_DOWN:
        return f"it was replayed less than {COOL_DOWN:.0f} seconds ago"
    return ""
