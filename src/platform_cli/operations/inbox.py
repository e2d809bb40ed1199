"""List, replay and discard the stored deliveries of a deployed client.

Only one function writes to the inbox: ingest or, in direct mode, the builder. This module calls
that function for changes and reads the table otherwise.
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
    InboxAction,
    ReconcileSite,
    ReplayDeliveries,
    to_message,
)
from platform_core.pipeline.ingest.inbox_row import InboxRow
from platform_core.pipeline.reports import (
    DiscardReport,
    ReplayedDelivery,
    ReplayReport,
    SkippedDelivery,
)

BATCH_SIZE: Final = 25
"""Maximum number of deliveries in one call of the function."""
LATEST: Final = 1e11
"""Upper bound of a query, in Unix seconds. DynamoDB does not accept infinity."""


@dataclass(slots=True)
class ReplayOutcome:
    """The outcome of a replay."""

    replayed: list[ReplayedDelivery] = field(default_factory=list)
    skipped: list[SkippedDelivery] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failure: str = ""
    """The reason why some deliveries remain."""


def iter_inbox_deliveries(
    deployment: Deployment,
    *,
    since: float = 0.0,
    until: float = math.inf,
    newest_first: bool = True,
    limit: int | None = None,
) -> Iterator[InboxRow]:
    """Yield the deliveries received between two times.

    The rows come from an index, which can lag behind the table.
    """
    rows = tables.query_rows(
        deployment.target,
        deployment.output(contract.OUT_INBOX_TABLE),
        {contract.CLIENT: deployment.names.client_id},
        index=contract.RECENT_INDEX,
        sort_key_range=(contract.RECEIVED_AT, since, min(until, LATEST)),
        newest_first=newest_first,
    )
    return map(InboxRow.from_row, islice(rows, limit))


def get_delivery(deployment: Deployment, delivery_id: str) -> InboxRow | None:
    """Read the current row of a delivery."""
    table = deployment.output(contract.OUT_INBOX_TABLE)
    stored = tables.get_row(deployment.target, table, **{contract.INBOX_KEY: delivery_id})
    return None if stored is None else InboxRow.from_row(stored)


def find_delivery(deployment: Deployment, id_or_prefix: str) -> InboxRow:
    """Find a delivery by its id or by an unambiguous prefix.

    The full id is read from the table, because the index shows new deliveries late.
    """
    exact = get_delivery(deployment, id_or_prefix)
    if exact is not None:
        return exact
    matches = [row for row in iter_inbox_deliveries(deployment) if row.id.startswith(id_or_prefix)]
    if len(matches) == 1:
        return get_delivery(deployment, matches[0].id) or matches[0]
    count = "more than one delivery" if matches else "no delivery"
    raise UsageError(
        f"{count} of {deployment.names.client_id} begins with {id_or_prefix!r}",
        hint=f"platform events {deployment.names.client_id}",
    )


def is_discarded(deployment: Deployment, listed: InboxRow) -> bool:
    """Return whether a person discarded the delivery. The index does not contain this field."""
    stored = get_delivery(deployment, listed.id)
    return stored is not None and stored.discarded_at is not None


def count_pending(deployment: Deployment) -> int | None:
    """Count the deliveries that wait to be applied. Returns None for a client without webhooks."""
    table = deployment.stack.outputs.get(contract.OUT_INBOX_TABLE)
    if table is None:
        return None
    pending = tables.query_rows(
        deployment.target, table, {contract.PENDING: "1"}, index=contract.PENDING_INDEX
    )
    return sum(1 for _ in pending)


def replay_deliveries(
    deployment: Deployment, ids: Sequence[str], *, rate: float, on_progress: Callable[[int], None]
) -> ReplayOutcome:
    """Replay deliveries, at most `rate` a second, then have the builder reconcile the site.

    `on_progress` receives the number of finished deliveries. If the function fails, the rest
    remains; a second replay is safe.
    """
    outcome, left = ReplayOutcome(), list(ids)
    size = max(1, min(BATCH_SIZE, int(rate)))
    while left:
        batch_started = time.monotonic()
        batch, left = left[:size], left[size:]
        try:
            response = _invoke(deployment, ReplayDeliveries(tuple(batch)))
            report = ReplayReport.from_message(response)
        except PlatformError as error:
            outcome.left, outcome.failure = batch + left, str(error)
            break
        outcome.replayed += report.replayed
        outcome.skipped += report.skipped
        left = [*report.left, *left]
        on_progress(len(outcome.replayed) + len(outcome.skipped))
        if left:
            time.sleep(max(0.0, batch_started + len(batch) / rate - time.monotonic()))
    if outcome.replayed:
        releases.run_action(deployment, ReconcileSite())
    return outcome


def discard_deliveries(deployment: Deployment, ids: Sequence[str]) -> list[str]:
    """Discard deliveries that are not applied. Returns the ids of the discarded ones."""
    discarded: list[str] = []
    for start in range(0, len(ids), BATCH_SIZE):
        response = _invoke(deployment, DiscardDeliveries(tuple(ids[start : start + BATCH_SIZE])))
        discarded += DiscardReport.from_message(response).discarded
    return discarded


def get_inbox_function_output_key(deployment: Deployment) -> str:
    """Return the key of the output with the function that writes to the inbox."""
    event_driven = contract.OUT_INGEST in deployment.stack.outputs
    return contract.OUT_INGEST if event_driven else contract.OUT_BUILDER


def _invoke(deployment: Deployment, action: InboxAction) -> dict[str, Any]:
    return releases.invoke_function(
        deployment, get_inbox_function_output_key(deployment), to_message(action)
    )
