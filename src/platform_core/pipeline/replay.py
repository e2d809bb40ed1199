"""Drives kept deliveries again, because a person asks: the same path, the same rules, once more.

A row that was applied, failed or quarantined becomes pending again by one conditional write, so
whatever dies after that is mended by the sweeper like any other delivery. Versions keep old
content from winning, and what subscribers were told of is not told again.
"""

from collections.abc import Sequence
from typing import Final

from platform_core.actions import (
    GONE,
    ReplayedDelivery,
    ReplayReport,
    SkippedDelivery,
)
from platform_core.deliveries import SET_ASIDE
from platform_core.pipeline.ingest import Ground, Ingest
from platform_core.pipeline.sweep import BATCH, batches
from platform_core.ports import Revival, Waiting
from platform_core.status import DeliveryStatus

COOL_DOWN: Final = 60.0
"""Seconds in which a delivery is not replayed twice: whoever asks again may not have looked."""


def replay(ground: Ground, ids: Sequence[str], until: float) -> ReplayReport:
    """Drive these again, in this order. Raises `StoreUnavailable`; again is always safe."""
    report = ReplayReport()
    for batch in batches(list(dict.fromkeys(ids)), BATCH):
        if ground.clock() >= until:
            report.left += batch
            continue
        revived = {one: number for one in batch if (number := _revive(ground, one, report))}
        Ingest(ground).drive(list(revived))
        for one, number in revived.items():
            now = ground.deliveries.read(one)
            status = DeliveryStatus(GONE) if now is None else now.delivery.status
            reason = "" if now is None else now.reason
            report.replayed.append(ReplayedDelivery(one, number, status, reason))
    return report


def discard(ground: Ground, ids: Sequence[str]) -> list[str]:
    """Let these end, as applied ones do; those that were failed or quarantined."""
    gone = []
    for one in ids:
        waiting = ground.deliveries.read(one)
        if waiting is None or waiting.delivery.status not in SET_ASIDE:
            continue
        if ground.deliveries.discard(one, waiting.delivery.status, ground.clock()):
            ground.tell("delivery discarded", delivery=one)
            gone.append(one)
    return gone


def _revive(ground: Ground, delivery_id: str, report: ReplayReport) -> int:
    """Which replay of it this is; 0 where it is left alone, and the report says why."""
    waiting = ground.deliveries.read(delivery_id)
    reason = _hindrance(waiting, ground.clock())
    if waiting is not None and not reason:
        revival = Revival(waiting.delivery.status, waiting.replays + 1, ground.clock())
        if ground.deliveries.revive(delivery_id, revival):
            ground.tell("delivery replayed", delivery=delivery_id, replay=revival.number)
            return revival.number
        reason = "somebody else was at it"
    report.skipped.append(SkippedDelivery(delivery_id, reason))
    return 0


def _hindrance(waiting: Waiting | None, now: float) -> str:
    """Why a delivery is not replayed; empty where nothing hinders it."""
    if waiting is None:
        return "it is no longer kept"
    if waiting.delivery.status == DeliveryStatus.PENDING:
        return "it waits already, and is driven without a replay"
    if not waiting.whole:
        return "its body is no longer kept"
    if now - waiting.replayed_at < COOL_DOWN:
        return f"it was replayed less than {COOL_DOWN:.0f} seconds ago"
    return ""
