"""Deliveries that need a person: failed ones near the end of their term, and requests for data."""

import time
from typing import Final

from platform_cli.operations import inbox
from platform_cli.targets.deployments import Deployment
from platform_core.pipeline.ingest.deliveries import (
    DATA_REQUEST_NOTE,
    REPLAYABLE_SECONDS,
    SET_ASIDE_SECONDS,
)
from platform_core.pipeline.ingest.inbox_row import InboxRow

WARNING_SECONDS: Final = 14 * 24 * 3600
"""Seconds before the end of a delivery's term from which on `status` and `deadletters` warn."""
MAX_READ: Final = 10_000
"""Deliveries of the last 30 days that are searched for requests, the newest first."""


def ends_soon(expires_at: float | None) -> bool:
    """Return whether a term ends within `WARNING_SECONDS`."""
    return expires_at is not None and expires_at - time.time() < WARNING_SECONDS


def list_ending_deliveries(deployment: Deployment) -> list[InboxRow]:
    """List the failed deliveries that are deleted soon, the first to be deleted first.

    A term starts when a delivery is received, or later, so younger deliveries are not read.
    """
    until = time.time() - SET_ASIDE_SECONDS + WARNING_SECONDS
    listed = inbox.iter_inbox_deliveries(deployment, until=until)
    # The index has neither the end of a term nor the mark of a discarded delivery.
    rows = (inbox.get_delivery(deployment, row.id) for row in listed if row.needs_decision)
    ending = [
        (row.expires_at, row)
        for row in rows
        if row is not None and row.needs_decision and row.expires_at and ends_soon(row.expires_at)
    ]
    return [row for _, row in sorted(ending, key=lambda entry: entry[0])]


def count_data_requests(deployment: Deployment) -> int:
    """Count the requests for stored data of the last 30 days, in which a shop has to answer."""
    since = time.time() - REPLAYABLE_SECONDS
    listed = inbox.iter_inbox_deliveries(deployment, since=since, limit=MAX_READ)
    return sum((row.reason or "").startswith(DATA_REQUEST_NOTE) for row in listed)
