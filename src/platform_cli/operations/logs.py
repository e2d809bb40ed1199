"""The log lines of a client's functions and builds, as one stream in the order of their time."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment

POLL_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, order=True)
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
        """The fields of a structured line; a plain line becomes `message`."""
        try:
            read = json.loads(self.text)
        except (ValueError, RecursionError):
            return {"message": self.text.rstrip()}
        return read if isinstance(read, dict) else {"message": self.text.rstrip()}


def list_log_groups(deployed: Deployment) -> dict[str, str]:
    """Map each log group to the short name of its writer."""
    prefix = f"{deployed.names.resource_prefix}-"
    return {
        each.physical_id: each.physical_id.rsplit("/", 1)[-1].removeprefix(prefix)
        for each in stacks.list_resources(deployed.target, deployed.stack.name)
        if each.type == "AWS::Logs::LogGroup"
    }


def read_lines(deployed: Deployment, *, since: float, trace: Sequence[str] = ()) -> list[LogLine]:
    """All lines from `since` (Unix seconds) on; with `trace`, those that name one of these ids."""
    client = deployed.client("logs")
    found = [
        line
        for group, source in list_log_groups(deployed).items()
        for line in _lines(client, group, source, int(since * 1000))
        if not trace or any(word in line.text for word in trace)
    ]
    return sorted(found)


def follow_lines(
    deployed: Deployment, *, since: float, trace: Sequence[str] = ()
) -> Iterator[LogLine]:
    """Lines as they come, until the caller has had enough."""
    seen: set[str] = set()
    newest = since
    while True:
        for line in read_lines(deployed, since=newest, trace=trace):
            if line.id not in seen:
                seen.add(line.id)
                newest = max(newest, line.at / 1000)
                yield line
        time.sleep(POLL_SECONDS)


def _lines(client: Any, group: str, source: str, since: int) -> Iterator[LogLine]:
    pages = client.get_paginator("filter_log_events")
    try:
        for page in pages.paginate(logGroupName=group, startTime=since):
            for event in page["events"]:
                identity = event.get("eventId") or f"{event['timestamp']}{event['message']}"
                yield LogLine(event["timestamp"], source, event["message"], identity)
    except client.exceptions.ResourceNotFoundException:
        return
