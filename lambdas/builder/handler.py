"""Hints, the end of a build, timers, the sweeper, a person's orders; in direct mode the inbox.

Whatever comes in is only a reason to look. What a person asked for is answered as JSON.
"""

import os
import time
from dataclasses import asdict
from functools import cache
from typing import Any

from lambdas.runtime import env, wiring
from lambdas.runtime.door import door
from lambdas.runtime.log import logger
from lambdas.runtime.stream import answer, deliveries
from platform_core import contract
from platform_core.pipeline.builder import Builder
from platform_core.pipeline.desk import Answer
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
        case {"action": contract.ACTION_SWEEP}:
            return _told("sweep", _sweep(worker, until))
        case {"action": contract.ACTION_BUILD}:
            return _told("build", _build(worker, event))
        case {"action": contract.ACTION_ROLLBACK}:
            return _told("rollback", worker.builder.rollback(event.get("release")))
        case {"action": contract.ACTION_RESUME}:
            return _told("resume", worker.builder.resume())
        case {"action": contract.ACTION_REPLAY, "ids": list(ids)} if worker.inbox is not None:
            return asdict(replay(worker.inbox, ids, until))
        case {"action": contract.ACTION_DISCARD, "ids": list(ids)} if worker.inbox is not None:
            return {"discarded": discard(worker.inbox, ids)}
        case {"source": "aws.codebuild"}:
            return _told("build state", worker.builder.look(news=True))
        case _:
            return _told("look", worker.builder.look())


def _build(worker: Worker, event: dict[str, Any]) -> Answer:
    return worker.builder.build(
        cause=str(event.get("cause") or "asked"),
        force=bool(event.get("force", True)),
        allow_shrink=bool(event.get("allow_shrink", False)),
    )


def _sweep(worker: Worker, until: float) -> Answer:
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


def _told(why: str, said: Answer) -> dict[str, Any]:
    facts = asdict(said)
    log.info(why, extra=facts)
    return facts
