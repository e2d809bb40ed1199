"""The ingest function: the inbox's stream, the sweep, and the actions sync, retire and replay."""

import os
import time
from typing import Any

from lambdas.runtime import env, wiring
from lambdas.runtime.adapters.dynamodb.inbox_stream import batch_response, sequence_by_delivery
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.log import make_logger
from platform_core.errors import Refused
from platform_core.pipeline.actions import (
    DiscardDeliveries,
    ReplayDeliveries,
    RetireProvider,
    SweepDue,
    SyncProvider,
    action_from,
)
from platform_core.pipeline.drift.watch import StoreComparison
from platform_core.pipeline.ingest.content_sync import retire_provider, sync_provider
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import discard_deliveries, replay_deliveries
from platform_core.pipeline.reports import DiscardReport

MARGIN = 20.0
"""Seconds before the function's timeout in which no new work starts."""

settings = env.read_ingest(os.environ)
log = make_logger("ingest", settings.client)
content = wiring.content_store(settings.client, settings.content_table, settings.data_bucket)
deps = wiring.ingest_deps(settings, content, wiring.pipeline_log(log))
worker = Ingest(deps)
watcher = wiring.drift_watcher(deps, StoreComparison(deps.deliveries, content), settings.site_table)


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one batch of the stream, or one action."""
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    if isinstance(event.get("Records"), list):
        listed = sequence_by_delivery(event["Records"])
        return batch_response(listed, worker.apply_deliveries(list(listed), until))
    match action_from(event):
        case SweepDue():
            report = worker.sweep(until).to_message()
            log.info("swept", extra=report)
            watcher.check_vendors(until)
            return report
        case SyncProvider(provider, skip):
            return sync_provider(deps, content, provider, until, skip=skip).to_message()
        case RetireProvider(provider):
            return retire_provider(deps, content, provider, until).to_message()
        case ReplayDeliveries(ids):
            return replay_deliveries(deps, ids, until).to_message()
        case DiscardDeliveries(ids):
            return DiscardReport(discard_deliveries(deps, ids)).to_message()
        case _:
            raise Refused("ingest knows no such action")
