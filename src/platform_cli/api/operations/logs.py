"""Log lines of a client's functions and builds."""

import time
from collections.abc import Iterator
from typing import Final, Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.operations import delivery_status, logs
from platform_cli.operations.logs import LogLine

DEFAULT_SECONDS: Final = 900.0


def read_logs(
    client: str, *, trace: str = "", since: float | None = None, **location: Unpack[Location]
) -> list[LogLine]:
    """Return the log lines since a time in Unix seconds, by default of the last 15 minutes.

    With `trace`, the id of a delivery or of its request, only lines about that delivery, its
    request and its build; any other text selects the lines that contain it.
    """
    deployed = find_deployed(client, **location)
    start = _resolve_start_time(since)
    terms = delivery_status.collect_log_terms(deployed, trace, since=start) if trace else ()
    return logs.read_lines(deployed, since=start, trace=terms)


def follow_logs(
    client: str, *, trace: str = "", since: float | None = None, **location: Unpack[Location]
) -> Iterator[LogLine]:
    """Yield log lines as they arrive, without end; the parameters are those of `read_logs`."""
    deployed = find_deployed(client, **location)
    start = _resolve_start_time(since)
    terms = delivery_status.collect_log_terms(deployed, trace, since=start) if trace else ()
    return logs.follow_lines(deployed, since=start, trace=terms)


def _resolve_start_time(since: float | None) -> float:
    return time.time() - DEFAULT_SECONDS if since is None else since
