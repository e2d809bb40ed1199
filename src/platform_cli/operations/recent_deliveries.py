"""Follow the deliveries of a client: new ones, their statuses, and the requests it refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from platform_cli.operations import inbox, logs
from platform_cli.operations.polling import LATE_SECONDS, poll_changes
from platform_cli.targets.deployments import Deployment
from platform_core.contract.status import DeliveryStatus, ReceiptOutcome
from platform_core.pipeline.ingest.inbox_row import InboxRow

NOT_REFUSED = frozenset(
    {
        ReceiptOutcome.ACCEPTED,
        ReceiptOutcome.GREETED,
        ReceiptOutcome.DUPLICATE,
        ReceiptOutcome.QUARANTINED,
    }
)
RECEIPT = "delivery"
"""Message of the log line about one request."""


@dataclass
class RecentDeliveries:
    """The deliveries that can still change: those that wait, and the newest.

    The first reading returns the newest `limit` deliveries. A later one returns those since the
    oldest that waits, or since shortly before the newest.
    """

    deployment: Deployment
    limit: int
    start: float | None = None
    """Unix time from which deliveries are read; None before the first reading."""

    def read(self) -> Sequence[InboxRow]:
        """Return the deliveries, oldest first."""
        if self.start is None:
            rows = list(inbox.iter_inbox_deliveries(self.deployment, limit=self.limit))[::-1]
            self.start = rows[0].received_at if rows else 0.0
        else:
            since = self.start
            rows = list(
                inbox.iter_inbox_deliveries(self.deployment, since=since, newest_first=False)
            )
        if rows:
            waiting = [row.received_at for row in rows if row.status == DeliveryStatus.PENDING]
            oldest = min([*waiting, rows[-1].received_at - LATE_SECONDS])
            self.start = max(self.start, oldest)
        return rows


def follow_deliveries(deployment: Deployment, *, limit: int) -> Iterator[InboxRow]:
    """Yield the newest deliveries, oldest first, and then each new one and each new status."""
    recent = RecentDeliveries(deployment, limit)
    return poll_changes(
        deployment.target, recent.read, lambda row: row.id, lambda row: (row.status, row.attempts)
    )


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A request to the webhook address that is no delivery of the client."""

    request_id: str
    received_at: float
    provider: str
    outcome: str
    """`refused`, `out_of_time`, `unknown_provider`, ...; see `ReceiptOutcome`."""
    status: int
    """HTTP status of the response."""
    reason: str


@dataclass
class RefusedRequests:
    """The refused requests since a time. In a flood the log has a sample of them only."""

    deployment: Deployment
    since: float

    def read(self) -> Sequence[RefusedRequest]:
        """Return the refused requests, oldest first."""
        lines = logs.read_lines(self.deployment, since=self.since, trace=(RECEIPT,))
        if lines:
            self.since = max(self.since, lines[-1].at / 1000 - LATE_SECONDS)
        return [
            RefusedRequest(
                request_id=str(fields.get("request_id", line.id)),
                received_at=line.at / 1000,
                provider=str(fields.get("provider", "")),
                outcome=str(fields["outcome"]),
                status=int(fields.get("status", 0)),
                reason=str(fields.get("reason", "")),
            )
            for line in lines
            if (fields := line.fields).get("message") == RECEIPT
            and fields.get("outcome") not in {None, *NOT_REFUSED}
        ]


@dataclass
class UnsettledDeliveries:
    """The deliveries since a time, and chosen earlier ones, until nothing more happens to them."""

    deployment: Deployment
    since: float
    waiting: set[str] = field(default_factory=set)
    """Ids of deliveries that are not settled yet."""
    settled: set[str] = field(default_factory=set)

    def read(self) -> Sequence[InboxRow]:
        """Return the current rows, oldest first."""
        arrived = inbox.iter_inbox_deliveries(self.deployment, since=self.since)
        self.waiting |= {row.id for row in arrived} - self.settled
        rows = (inbox.get_delivery(self.deployment, id_) for id_ in self.waiting)
        return sorted((row for row in rows if row), key=lambda row: row.received_at)

    def settle(self, delivery_id: str) -> None:
        """Leave a delivery out of the next readings."""
        self.waiting.discard(delivery_id)
        self.settled.add(delivery_id)
