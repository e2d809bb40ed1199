"""Replays stored deliveries.

A replay changes nothing that is up to date already: an older version never replaces a newer one,
and subscribers receive no event twice. The pipeline skips a delivery that is pending, or that was
replayed a moment ago.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint, resolve_provider
from platform_cli.api.deliveries.events import ReceivedDelivery, to_delivery
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location
from platform_cli.errors import UsageError
from platform_cli.operations import inbox
from platform_cli.targets.deployments import Deployment
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import SET_ASIDE
from platform_core.pipeline.ingest.inbox_row import InboxRow
from platform_core.pipeline.reports import ReplayedDelivery, SkippedDelivery


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Selects deliveries; every condition that is set must hold."""

    ids: tuple[str, ...] = ()
    """Ids, or the beginnings of ids."""
    since: float = 0.0
    """Unix seconds."""
    until: float = math.inf
    provider: str | None = None
    failed: bool = False
    """Only deliveries that failed or were quarantined."""


@dataclass(frozen=True)
class ReplayPlan:
    """The deliveries to replay, oldest first."""

    deployed: Deployment
    selected: tuple[ReceivedDelivery, ...]
    remaining: tuple[ReceivedDelivery, ...]
    """Deliveries that match as well, but exceed the maximum."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The outcome of a replay."""

    replayed: tuple[ReplayedDelivery, ...] = ()
    skipped: tuple[SkippedDelivery, ...] = ()
    left: tuple[str, ...] = ()
    """Ids of deliveries that were not reached because of a failure."""
    failure: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether everything was reached, and nothing failed again."""
        return not self.failure and all(
            entry.status != DeliveryStatus.FAILED for entry in self.replayed
        )


def plan_replay(
    client: str,
    deliveries: DeliveryFilter,
    *,
    maximum: int = 1000,
    **location: Unpack[Location],
) -> ReplayPlan:
    """Find the deliveries to replay. Changes nothing. Raises `UsageError` for an empty filter."""
    if deliveries == DeliveryFilter(until=deliveries.until):
        raise UsageError(
            "select the deliveries to replay",
            hint="by --id ID, --since 2h, --provider P or --failed",
        )
    provider = None
    if deliveries.provider:
        blueprint = load_blueprint(
            client, location.get("environment"), workspace=location.get("workspace")
        )
        provider = resolve_provider(blueprint, deliveries.provider)
    deployed = find_deployed(client, **location)
    matching = [
        to_delivery(row)
        for row in _candidates(deployed, deliveries)
        if (provider is None or row.provider == provider)
        and (not deliveries.failed or _has_failed(row))
    ]
    return ReplayPlan(deployed, tuple(matching[:maximum]), tuple(matching[maximum:]))


def replay(plan: ReplayPlan, *, rate: int = 10, progress: Progress = NO_PROGRESS) -> ReplayResult:
    """Replay the planned deliveries, at most `rate` per second."""
    ids = [delivery.id for delivery in plan.selected]
    return replay_ids(plan.deployed, ids, rate=rate, progress=progress)


def replay_ids(
    deployed: Deployment, ids: list[str], *, rate: int, progress: Progress
) -> ReplayResult:
    """Replay deliveries of a deployed client by their ids."""
    if not ids:
        return ReplayResult()
    with progress.step(f"Replaying {format_delivery_count(len(ids))}") as step:
        outcome = inbox.replay_deliveries(deployed, ids, rate=rate, on_progress=step.count)
    return ReplayResult(
        tuple(outcome.replayed),
        tuple(outcome.skipped),
        tuple(outcome.left),
        outcome.failure,
    )


def format_delivery_count(number: int) -> str:
    """Write a number of deliveries: `1 delivery`, `2 deliveries`."""
    return "1 delivery" if number == 1 else f"{number} deliveries"


def _candidates(deployed: Deployment, deliveries: DeliveryFilter) -> Iterator[InboxRow]:
    """Yield rows by id or by time; their status may be a moment old.

    A discarded delivery is found by its id only.
    """
    if deliveries.ids:
        rows = {
            row.id: row for row in (inbox.find_delivery(deployed, id_) for id_ in deliveries.ids)
        }
        for row in rows.values():
            if deliveries.since <= row.received_at <= deliveries.until:
                yield row
        return
    for row in inbox.iter_inbox_deliveries(
        deployed, since=deliveries.since, until=deliveries.until, newest_first=False
    ):
        # The index does not contain the mark of a discarded delivery, so failed ones are read.
        if not (_has_failed(row) and inbox.is_discarded(deployed, row)):
            yield row


def _has_failed(row: InboxRow) -> bool:
    return row.status in SET_ASIDE
