"""Hints, the end of a build, timers, the sweeper, a person's orders; in direct mode the inbox.

Whatever comes in is only a reason to look. What a person asked for is answered as JSON.
"""

import os
import time
from functools import cache
from typing import Any

from lambdas.runtime import env, wiring
from lambdas.runtime.door import door
from lambdas.runtime.log import logger
from lambdas.runtime.stream import answer, deliveries
from platform_core.actions import (
    BuildSite,
    DiscardDeliveries,
    DiscardReport,
    ReplayDeliveries,
    Resume,
    Rollback,
    SiteReport,
    SweepDue,
    action_from,
)
from platform_core.pipeline.builder import Builder
from platform_core.pipeline.ingest import Ground, Ingest
from platform_core.pipeline.replay import discard, replay
from platform_core.pipeline.watch import ByBuilds, Watcher

MARGIN = 60.0
"""Seconds before the function's end in which nothing new is begun."""

settings = env.builder(os.environ)
log = logger("builder", settings.client)
tell = wiring.log_lines(log)
known = wiring.providers_of(settings.client)


class Worker:
    """The builder with its ports, and in direct mode the inbox with its own."""

    def __init__(self, function: str) -> None:
        self.desk = wiring.desk(settings, known, tell, function)
        self.builder = Builder(self.desk)
        self.inbox: Ground | None = wiring.direct(settings, self.desk, known, tell)
        self.watcher: Watcher | None = None
        if self.inbox is not None:
            seen = ByBuilds(self.inbox.deliveries, self.desk)
            self.watcher = wiring.watcher(self.inbox, seen, settings.site_table)


@cache
def worker_at(function: str) -> Worker:
    """Made at the first call, which brings the function's own address."""
    return Worker(function)


@door(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One event of any kind."""
    worker = worker_at(context.invoked_function_arn)
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    match event:
        case {"Records": [{"eventSource": "aws:dynamodb"}, *_] as records}:
            return _drive(worker, records)
        case {"source": "aws.codebuild"}:
            return _told("build state", worker.builder.look(news=True))
    match action_from(event):
        case SweepDue():
            return _told("sweep", _sweep(worker, until))
        case BuildSite(force, allow_shrink, cause):
            site = worker.builder.build(cause=cause, force=force, allow_shrink=allow_shrink)
            return _told("build", site)
        case Rollback(release):
            return _told("rollback", worker.builder.rollback(release))
        case Resume():
            return _told("resume", worker.builder.resume())
        case ReplayDeliveries(ids) if worker.inbox is not None:
            return replay(worker.inbox, ids, until).to_message()
        case DiscardDeliveries(ids) if worker.inbox is not None:
            return DiscardReport(discard(worker.inbox, ids)).to_message()
        case _:
            return _told("look", worker.builder.look())


def _sweep(worker: Worker, until: float) -> SiteReport:
    if worker.inbox is not None:
        Ingest(worker.inbox).sweep(until)
    answer = worker.builder.sweep(until)
    if worker.watcher is not None:
        worker.watcher.look(until)
    return answer


def _drive(worker: Worker, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Direct mode: the deliveries raise the count themselves."""
    told = deliveries(records)
    lost = Ingest(worker.inbox).drive(list(told)) if worker.inbox is not None else list(told)
    worker.builder.look()
    return answer(told, lost)


def _told(why: str, said: SiteReport) -> dict[str, Any]:
    facts = said.to_message()
    log.info(why, extra=facts)
    return facts
