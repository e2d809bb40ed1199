"""The kept deliveries of a deployed client: which there are, and having them driven again.

The function that drives the inbox is the only one to write there: ingest, or in direct mode the
builder. Everything else is read from the table.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from platform_cli.errors import PlatformError, UsageError
from platform_cli.operations import releases
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
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

BATCH_SIZE: Final = 25
"""Deliveries in one call of the function."""
LATEST: Final = 1e11
"""Unix seconds after which nothing will ever be received."""


@dataclass(slots=True)
class ReplayOutcome:
    """The outcome of a replay."""

    replayed: list[ReplayedDelivery] = field(default_factory=list)
    skipped: list[SkippedDelivery] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failure: str = ""
    """The reason why some deliveries remain."""


def list_recent(
    found: Deployment,
    *,
    since: float = 0.0,
    until: float = math.inf,
    newest_first: bool = True,
    limit: int | None = None,
) -> Iterator[InboxRow]:
    """Deliveries that were received between two times, as an index lists them: a hint."""
    listed = tables.query_rows(
        found.target,
        found.output(contract.OUT_INBOX_TABLE),
        {contract.CLIENT: found.names.client_id},
        index=contract.RECENT_INDEX,
        sort_key_range=(contract.RECEIVED_AT, since, min(until, LATEST)),
        newest_first=newest_first,
    )
    return map(InboxRow.from_row, islice(listed, limit))


def get_delivery(found: Deployment, delivery_id: str) -> InboxRow | None:
    """Read the current row of a delivery."""
    table = found.output(contract.OUT_INBOX_TABLE)
    stored = tables.get_row(found.target, table, **{contract.INBOX_KEY: delivery_id})
    return None if stored is None else InboxRow.from_row(stored)


def find_delivery(found: Deployment, wanted: str) -> InboxRow:
    """Read by its key, since an index shows it late; else the one that begins so."""
    exact = get_delivery(found, wanted)
    if exact is not None:
        return exact
    near = [each for each in list_recent(found) if each.id.startswith(wanted)]
    if len(near) == 1:
        return get_delivery(found, near[0].id) or near[0]
    what = "more than one delivery" if near else "no delivery"
    raise UsageError(
        f"{what} of {found.names.client_id} begins with {wanted!r}",
        hint=f"platform events {found.names.client_id}",
    )


def is_discarded(found: Deployment, listed: InboxRow) -> bool:
    """Whether a person discarded it; the index does not contain this field."""
    stored = get_delivery(found, listed.id)
    return stored is not None and stored.discarded_at is not None


def count_pending(found: Deployment) -> int | None:
    """Deliveries that are stored and not applied yet; None where this client takes none."""
    table = found.stack.outputs.get(contract.OUT_INBOX_TABLE)
    if table is None:
        return None
    waiting = tables.query_rows(
        found.target, table, {contract.PENDING: "1"}, index=contract.PENDING_INDEX
    )
    return sum(1 for _ in waiting)


def replay_deliveries(
    found: Deployment, ids: Sequence[str], *, rate: float, tell: Callable[[int], None]
) -> ReplayOutcome:
    """Replay deliveries, at most `rate` a second, then have the builder reconcile the site.

    `tell` receives the number of finished deliveries. If the function fails, the rest remains;
    a second replay is safe.
    """
    driven, left = ReplayOutcome(), list(ids)
    size = max(1, min(BATCH_SIZE, int(rate)))
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
        releases.run_action(found, ReconcileSite())
    return driven


def discard_deliveries(found: Deployment, ids: Sequence[str]) -> list[str]:
    """Let failed and quarantined deliveries end; those that now do."""
    gone: list[str] = []
    for start in range(0, len(ids), BATCH_SIZE):
        answer = _ask(found, DiscardDeliveries(tuple(ids[start : start + BATCH_SIZE])))
        gone += DiscardReport.from_message(answer).discarded
    return gone


def inbox_function(found: Deployment) -> str:
    """Key of the output that names the function which drives the inbox."""
    event_driven = contract.OUT_INGEST in found.stack.outputs
    return contract.OUT_INGEST if event_driven else contract.OUT_BUILDER


def _ask(found: Deployment, action: InboxAction) -> dict[str, Any]:
    return releases.invoke_function(found, inbox_function(found), to_message(action))
