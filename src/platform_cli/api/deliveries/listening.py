"""Listen to the webhooks of a client on this machine: each delivery and its effects."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Unpack

from platform_cli.api.deliveries.events import DeliveryTrace, to_trace
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.operations.polling import poll_changes
from platform_cli.operations.recent_deliveries import RefusedRequest as RefusedRequest
from platform_cli.operations.recent_deliveries import RefusedRequests, UnsettledDeliveries
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import SET_ASIDE

Heard = DeliveryTrace | RefusedRequest


def listen(
    client: str,
    *,
    since: float | None = None,
    ids: Iterable[str] = (),
    **location: Unpack[Location],
) -> Iterator[Heard]:
    """Yield each delivery and each refused request since a Unix time, by default now, without end.

    A delivery appears again at each step to its page: applied, build, live. `ids` are earlier
    deliveries to follow as well, such as replayed ones.
    """
    deployed = find_deployed(client, **location)
    start = time.time() if since is None else since
    unsettled = UnsettledDeliveries(deployed, start, set(ids))
    refused = RefusedRequests(deployed, start)

    def read() -> Sequence[Heard]:
        traces = [to_trace(deployed, row) for row in unsettled.read()]
        for trace in traces:
            if is_settled(trace):
                unsettled.settle(trace.id)
        return [*traces, *refused.read()]

    return poll_changes(deployed.target, read, _identify, _fingerprint)


def is_settled(trace: DeliveryTrace) -> bool:
    """Return whether nothing more happens to a delivery by itself."""
    if trace.status == DeliveryStatus.PENDING:
        return False
    return trace.status in SET_ASIDE or trace.changed is None or trace.live


def _identify(heard: Heard) -> tuple[str, str]:
    key = heard.id if isinstance(heard, DeliveryTrace) else heard.request_id
    return type(heard).__name__, key


def _fingerprint(heard: Heard) -> tuple[object, ...]:
    if isinstance(heard, RefusedRequest):
        return ()
    return heard.status, heard.attempts, heard.replays, heard.build_status, heard.live
