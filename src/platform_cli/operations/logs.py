"""Read the log lines of a client's functions and builds as one stream, in order of time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from platform_cli.operations.polling import LATE_SECONDS, poll_changes
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    at: int
    """Milliseconds since the epoch."""
    source: str
    text: str
    id: str = ""

    @property
    def timestamp(self) -> str:
        return f"{datetime.fromtimestamp(self.at / 1000, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"

    @property
    def fields(self) -> dict[str, Any]:
        """Parse a structured line. A plain line becomes the field `message`."""
        try:
            parsed = json.loads(self.text)
        except (ValueError, RecursionError):
            return {"message": self.text.rstrip()}
        return parsed if isinstance(parsed, dict) else {"message": self.text.rstrip()}


def list_log_groups(deployment: Deployment) -> dict[str, str]:
    """Map each log group to the short name of its writer."""
    prefix = f"{deployment.names.resource_prefix}-"
    return {
        resource.physical_id: resource.physical_id.rsplit("/", 1)[-1].removeprefix(prefix)
        for resource in stacks.list_resources(deployment.target, deployment.stack.name)
        if resource.type == "AWS::Logs::LogGroup"
    }


def read_lines(deployment: Deployment, *, since: float, trace: Sequence[str] = ()) -> list[LogLine]:
    """Return the lines since a Unix time. With `trace`, only lines that contain one of its ids."""
    client = deployment.client("logs")
    lines = [
        line
        for group, source in list_log_groups(deployment).items()
        for line in _lines(client, group, source, int(since * 1000))
        if not trace or any(term in line.text for term in trace)
    ]
    # Lines of one millisecond keep the order in which their writer wrote them.
    return sorted(lines, key=attrgetter("at"))


def follow_lines(
    deployment: Deployment, *, since: float, trace: Sequence[str] = ()
) -> Iterator[LogLine]:
    """Yield new lines until the caller stops the iteration."""
    start = since

    def read() -> list[LogLine]:
        nonlocal start
        lines = read_lines(deployment, since=start, trace=trace)
        if lines:
            start = max(start, lines[-1].at / 1000 - LATE_SECONDS)
        return lines

    return poll_changes(deployment.target, read, lambda line: line.id, lambda line: None)


def _lines(client: Any, group: str, source: str, since: int) -> Iterator[LogLine]:
    pages = client.get_paginator("filter_log_events")
    try:
        for page in pages.paginate(logGroupName=group, startTime=since):
            for event in page["events"]:
                identity = event.get("eventId") or f"{event['timestamp']}{event['message']}"
                yield LogLine(event["timestamp"], source, event["message"], identity)
    except client.exceptions.ResourceNotFoundException:
        return
