"""The kept deliveries of a deployed client: which there are, and having them driven again.

The function that drives the inbox is the only one to write there: ingest, or in direct mode the
builder. Everything else is read from the table.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from platform_cli.errors import PlatformError, UsageError
from platform_cli.operations import releases
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployed
from platform_core import contract
from platform_core.pipeline.actions import (
    DiscardDeliveries,
    DiscardReport,
    InboxAction,
    ReconcileSite,
    ReplayDeliveries,
    ReplayedDelivery,
    ReplayReport,
    SkippedDelivery,
    to_message,
)
from platform_core.pipeline.ingest.deliveries import InboxRow

AT_ONCE: Final = 25
"""Deliveries in one call of the function."""
LATEST: Final = 1e11
"""Unix seconds after which nothing will ever be received."""


@dataclass(slots=True)
class Driven:
    """What became of deliveries that were to be driven again."""

    replayed: list[ReplayedDelivery] = field(default_factory=list)
    skipped: list[SkippedDelivery] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failure: str = ""
    """Why some are left."""


def recent(
    found: Deployed,
    *,
    since: float = 0.0,
    until: float = math.inf,
    newest_first: bool = True,
    limit: int | None = None,
) -> Iterator[InboxRow]:
    """Deliveries that were received between two times, as an index lists them: a hint."""
    listed = tables.query(
        found.target,
        found.output(contract.OUT_INBOX_TABLE),
        {contract.CLIENT: found.names.client_id},
        index=contract.RECENT_INDEX,
        span=(contract.RECEIVED_AT, since, min(until, LATEST)),
        newest_first=newest_first,
        limit=limit,
    )
    return map(InboxRow.from_row, listed)


def row(found: Deployed, delivery_id: str) -> InboxRow | None:
    """The delivery as it is now."""
    table = found.output(contract.OUT_INBOX_TABLE)
    stored = tables.get(found.target, table, **{contract.INBOX_KEY: delivery_id})
    return None if stored is None else InboxRow.from_row(stored)


def one(found: Deployed, wanted: str) -> InboxRow:
    """Read by its key, since an index shows it late; else the one that begins so."""
    exact = row(found, wanted)
    if exact is not None:
        return exact
    near = [each for each in recent(found) if each.id.startswith(wanted)]
    if len(near) == 1:
        return row(found, near[0].id) or near[0]
    what = "more than one delivery" if near else "no delivery"
    raise UsageError(
        f"{what} of {found.names.client_id} begins with {wanted!r}",
        hint=f"platform events {found.names.client_id}",
    )


def is_discarded(found: Deployed, listed: InboxRow) -> bool:
    """Whether somebody gave it up for good; an index does not tell."""
    stored = row(found, listed.id)
    return stored is not None and stored.discarded_at is not None


def count_pending(found: Deployed) -> int | None:
    """Deliveries that are stored and not applied yet; None where this client takes none."""
    table = found.stack.outputs.get(contract.OUT_INBOX_TABLE)
    if table is None:
        return None
    waiting = tables.query(
        found.target, table, {contract.PENDING: "1"}, index=contract.PENDING_INDEX
    )
    return sum(1 for _ in waiting)


def replay(
    found: Deployed, ids: Sequence[str], *, rate: float, tell: Callable[[int], None]
) -> Driven:
    """Have them driven again, at most `rate` in a second; then let the builder look.

    `tell` is told how many are done. Where the function fails, the rest is left, and again is safe.
    """
    driven, left = Driven(), list(ids)
    size = max(1, min(AT_ONCE, int(rate)))
    while left:
        began = time.monotonic()
        batch, left = left[:size], left[size:]
        try:
            answer = _ask(found, ReplayDeliveries(tuple(batch)))
            report = ReplayReport.from_message(answer)
        except PlatformError as error:
            driven.left, driven.failure = batch + left, str(error)
            break
        driven.replayed += report.replayed
        driven.skipped += report.skipped
        left = [*report.left, *left]
        tell(len(driven.replayed) + len(driven.skipped))
        if left:
            time.sleep(max(0.0, began + len(batch) / rate - time.monotonic()))
    if driven.replayed:
        releases.ask(found, ReconcileSite())
    return driven


def discard(found: Deployed, ids: Sequence[str]) -> list[str]:
    """Let failed and quarantined deliveries end; those that now do."""
    gone: list[str] = []
    for start in range(0, len(ids), AT_ONCE):
        answer = _ask(found, DiscardDeliveries(tuple(ids[start : start + AT_ONCE])))
        gone += DiscardReport.from_message(answer).discarded
    return gone


def driver(found: Deployed) -> str:
    """Key of the output that names the function which drives the inbox."""
    event_driven = contract.OUT_INGEST in found.stack.outputs
    return contract.OUT_INGEST if event_driven else contract.OUT_BUILDER


def _ask(found: Deployed, action: InboxAction) -> dict[str, Any]:
    return releases.invoke(found, driver(found), to_message(action))
