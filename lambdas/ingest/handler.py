"""The inbox's stream, the sweeper, and what a person asks for: a sync, a replay."""

import os
import time
from typing import Any

from lambdas.runtime import env, wiring
from lambdas.runtime.door import door
from lambdas.runtime.log import logger
from lambdas.runtime.stream import answer, deliveries
from platform_core.actions import (
    DiscardDeliveries,
    DiscardReport,
    ReplayDeliveries,
    RetireProvider,
    SweepDue,
    SyncProvider,
    action_from,
)
from platform_core.errors import Refused
from platform_core.pipeline.ingest import Ingest
from platform_core.pipeline.replay import discard, replay
from platform_core.pipeline.sync import retire, sync
from platform_core.pipeline.watch import ByTable

MARGIN = 20.0
"""Seconds before the function's end in which nothing new is begun."""

settings = env.ingest(os.environ)
log = logger("ingest", settings.client)
content = wiring.content_of(settings.client, settings.content_table, settings.data_bucket)
ground = wiring.ingest(settings, content, wiring.log_lines(log))
worker = Ingest(ground)
watcher = wiring.watcher(ground, ByTable(ground.deliveries, content), settings.site_table)


@door(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One batch of the stream, or one action."""
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    if isinstance(event.get("Records"), list):
        told = deliveries(event["Records"])
        return answer(told, worker.drive(list(told)))
    match action_from(event):
        case SweepDue():
            swept = worker.sweep(until).to_message()
            log.info("swept", extra=swept)
            watcher.look(until)
            return swept
        case SyncProvider(provider, skip):
            return sync(ground, content, provider, until, skip=skip).to_message()
        case RetireProvider(provider):
            return retire(ground, content, provider, until).to_message()
        case ReplayDeliveries(ids):
            return replay(ground, ids, until).to_message()
        case DiscardDeliveries(ids):
            return DiscardReport(discard(ground, ids)).to_message()
        case _:
            raise Refused("ingest knows no such action")
