"""The builder function: hints, ends of builds, timers, sweeps, actions; in direct mode the inbox.

Every event only makes the builder compare the site with its row. An action is answered as JSON.
"""

import os
import time
from functools import cache
from typing import Any

from lambdas.runtime import env, wiring
from lambdas.runtime.adapters.dynamodb.inbox_stream import batch_response, sequence_by_delivery
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.log import make_logger
from platform_core.pipeline.actions import (
    BuildSite,
    DiscardDeliveries,
    EndPreview,
    ReplayDeliveries,
    Resume,
    Rollback,
    StartPreview,
    SweepDue,
    WriteContent,
    action_from,
)
from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.build.snapshot import write_dev_content
from platform_core.pipeline.drift.watch import BuildComparison, DriftWatcher
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.preview.previews import Previews
from platform_core.pipeline.replay.replay import discard_deliveries, replay_deliveries
from platform_core.pipeline.reports import DiscardReport, SiteReport

MARGIN = 60.0
"""Seconds before the function's timeout in which no new work starts."""

settings = env.read_builder(os.environ)
log = make_logger("builder", settings.client)
pipeline_log = wiring.pipeline_log(log)
providers = wiring.load_client_providers(settings.client)


class BuilderWorker:
    """The builder, and in direct mode the inbox."""

    def __init__(self, function: str) -> None:
        deps = wiring.builder_deps(settings, providers, pipeline_log, function)
        self.builder = Builder(deps)
        self.previews = Previews(deps, deps.previews) if deps.previews else None
        self.inbox: IngestDeps | None = wiring.direct_ingest_deps(
            settings, deps, providers, pipeline_log
        )
        self.watcher: DriftWatcher | None = None
        if self.inbox is not None:
            source = BuildComparison(self.inbox.deliveries, deps)
            self.watcher = wiring.drift_watcher(self.inbox, source, settings.site_table)

    def advance_previews(self) -> None:
        """Do what is due for previews. It comes after the live site, which has priority."""
        if self.previews is not None:
            self.previews.advance()


@cache
def worker_for(function: str) -> BuilderWorker:
    """Return the worker, made at the first call: only a call tells the function's own ARN."""
    return BuilderWorker(function)


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one event of any kind."""
    worker = worker_for(context.invoked_function_arn)
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - MARGIN
    match event:
        case {"Records": [{"eventSource": "aws:dynamodb"}, *_] as records}:
            return _apply_records(worker, records, until)
        case {"source": "aws.codebuild"}:
            report = worker.builder.reconcile(news=True)
            worker.advance_previews()
            return _log_report("build state", report)
    match action_from(event):
        case SweepDue():
            return _log_report("sweep", _sweep(worker, until))
        case BuildSite(force, allow_shrink, cause):
            report = worker.builder.build(cause=cause, force=force, allow_shrink=allow_shrink)
            return _log_report("build", report)
        case Rollback(release):
            return _log_report("rollback", worker.builder.rollback(release))
        case Resume():
            return _log_report("resume", worker.builder.resume())
        case WriteContent(url):
            return write_dev_content(worker.builder.deps, url).to_message()
        case StartPreview() as start if worker.previews is not None:
            worker.builder.reconcile()
            return worker.previews.start(start).to_message()
        case EndPreview(preview_id) if worker.previews is not None:
            return worker.previews.end(preview_id).to_message()
        case ReplayDeliveries(ids) if worker.inbox is not None:
            return replay_deliveries(worker.inbox, ids, until).to_message()
        case DiscardDeliveries(ids) if worker.inbox is not None:
            return DiscardReport(discard_deliveries(worker.inbox, ids)).to_message()
        case _:
            report = worker.builder.reconcile()
            worker.advance_previews()
            return _log_report("look", report)


def _sweep(worker: BuilderWorker, until: float) -> SiteReport:
    """Sweep the site, and then the inbox: a delivery that kills the function kills no build."""
    report = worker.builder.sweep(until)
    if worker.inbox is not None:
        Ingest(worker.inbox).sweep(until)
        report = worker.builder.reconcile()
    worker.advance_previews()
    if worker.watcher is not None:
        worker.watcher.check_vendors(until)
    return report


def _apply_records(
    worker: BuilderWorker, records: list[dict[str, Any]], until: float
) -> dict[str, Any]:
    """Apply the deliveries of a stream batch, in direct mode.

    They raise the count of changes themselves, so no message wakes the builder: it looks here.
    """
    ids = sequence_by_delivery(records)
    failed = list(ids)
    if worker.inbox is not None:
        failed = Ingest(worker.inbox).apply_deliveries(list(ids), until)
    worker.builder.reconcile()
    return batch_response(ids, failed)


def _log_report(message: str, report: SiteReport) -> dict[str, Any]:
    facts = report.to_message()
    log.info(message, extra=facts)
    return facts
