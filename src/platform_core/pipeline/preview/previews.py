"""Start, build, open and end previews.

Every call reads the rows and does what is due, so a lost event costs time only. Each step is a
conditional write of the row.
"""

from dataclasses import replace
from typing import Final

from platform_core.contract.status import BuildOutcome, PreviewStatus, SiteBuildStatus
from platform_core.errors import (
    BuildDenied,
    BuildRefused,
    Malformed,
    NoListing,
    PipelineError,
    Refused,
    SecretMissing,
    VendorRefused,
)
from platform_core.pipeline.actions import StartPreview
from platform_core.pipeline.build import snapshot
from platform_core.pipeline.build.batching import is_build_wanted
from platform_core.pipeline.build.deps import BuilderDeps, format_time, new_attempt_id
from platform_core.pipeline.ports import BuildJob
from platform_core.pipeline.preview.deletion import delete_preview
from platform_core.pipeline.preview.make_way import as_waiting
from platform_core.pipeline.preview.ports import PreviewOrder, PreviewPorts
from platform_core.pipeline.preview.record import PreviewRecord
from platform_core.pipeline.preview.verify import verify_preview
from platform_core.pipeline.reports import PreviewReport

START_LEASE: Final = 330.0
"""Seconds that the start of a build has. Longer than the function may run."""
MAX_FAULTS: Final = 3
"""Tries of a build that the build service breaks off."""
DAY: Final = 24 * 3600.0
LASTING_ERRORS: Final = (VendorRefused, SecretMissing, NoListing, Malformed)
"""Errors of reading the content that another try does not repair, such as a token without the
right to read drafts."""


class Previews:
    """The previews of one site."""

    def __init__(self, deps: BuilderDeps, ports: PreviewPorts) -> None:
        self.deps = deps
        self.ports = ports

    # --- actions -------------------------------------------------------------------------------

    def start(self, action: StartPreview) -> PreviewReport:
        """Add a preview and start its build if the live site needs none. Raises `Refused`."""
        existing = list(self.ports.store.list())
        if len(existing) >= action.limit:
            raise Refused(f"there are {len(existing)} previews, and at most {action.limit} allowed")
        now = self.deps.clock()
        record = PreviewRecord(
            id=new_attempt_id(now, self.deps.token()),
            status=PreviewStatus.WAITING,
            created_at=format_time(now),
            ends_at=now + action.days * DAY,
            token_hash=action.token_hash,
            source_key=action.source_key,
            label=action.label,
            drafts=action.drafts,
        )
        self.ports.store.add(record)
        self.advance()
        return self._report(record.id)

    def end(self, preview_id: str) -> PreviewReport:
        """Close the address of a preview and delete its objects. Raises `Refused`."""
        record = self.ports.store.find(preview_id)
        if record is None:
            raise Refused(f"there is no preview {preview_id}")
        delete_preview(self.deps, self.ports, record)
        return self._report(preview_id)

    def advance(self) -> None:
        """Do what is due for each preview, the oldest first."""
        for record in list(self.ports.store.list()):
            if record.ends_at <= self.deps.clock() or record.status == PreviewStatus.ENDING:
                delete_preview(self.deps, self.ports, record)
            elif record.status == PreviewStatus.BUILDING:
                self._complete_if_ended(record)
        # Their ends come first: the build of the next one may start in the same call.
        records = list(self.ports.store.list())
        if all(record.status != PreviewStatus.BUILDING for record in records):
            waiting = [record for record in records if record.status == PreviewStatus.WAITING]
            if waiting:
                self._start_build(waiting[0])

    def _report(self, preview_id: str) -> PreviewReport:
        record = self.ports.store.find(preview_id)
        if record is None:
            return PreviewReport(preview_id, "ended")
        return PreviewReport(preview_id, record.status, record.reason, record.drafts)

    # --- a build -------------------------------------------------------------------------------

    def _start_build(self, record: PreviewRecord) -> None:
        deps = self.deps
        now = deps.clock()
        claim = replace(
            record,
            status=PreviewStatus.BUILDING,
            attempt=new_attempt_id(now, deps.token()),
            lease=now + START_LEASE,
        )
        claimed = self.ports.store.replace(record, claim)
        if claimed is None:
            return
        # The claim comes first: a live build that starts now sees it and takes it back.
        if not self._is_site_free():
            self.ports.store.replace(claimed, as_waiting(claimed))
            return
        try:
            job, items = self._order_build(claimed)
        except LASTING_ERRORS as error:
            self._fail(claimed, f"the content cannot be read: {error}")
        except BuildDenied as error:
            self._fail(claimed, f"the builder is not allowed to start builds of previews: {error}")
        except BuildRefused as error:
            deps.log("preview refused", preview=record.id, reason=str(error))
            self.ports.store.replace(claimed, as_waiting(claimed))
        except PipelineError as error:
            # The lease tells whether there is a build, once it is over.
            deps.log("preview unsure", preview=record.id, reason=str(error))
        else:
            self._note_start(replace(claimed, items=items), job)

    def _is_site_free(self) -> bool:
        """Return whether no build of the live site runs or is wanted."""
        state = self.deps.site.read()
        is_idle = state.state in {SiteBuildStatus.IDLE, SiteBuildStatus.HELD}
        return is_idle and not is_build_wanted(state, self.deps.clock())

    def _order_build(self, record: PreviewRecord) -> tuple[BuildJob, int]:
        """Store the content of the build and start it. Returns it and its number of items."""
        attempt = record.attempt or ""
        drafts = self.ports.drafts if record.drafts else None
        if record.drafts and drafts is None:
            raise NoListing("this builder reads no drafts")
        content = snapshot.take_snapshot(self.deps, drafts=drafts)
        snapshot.store_snapshot(self.deps, content, attempt)
        order = PreviewOrder(attempt, record.source_key, content.facts.url)
        return self.ports.builds.start_preview(order), content.feed.items

    def _note_start(self, record: PreviewRecord, job: BuildJob) -> None:
        """Store the build in the row. If the row has changed meanwhile, stop the build."""
        started = replace(
            record,
            build_id=job.build_id,
            folders=(*record.folders, job.folder),
            log_group=job.log_group,
            log_stream=job.log_stream,
        )
        if self.ports.store.replace(record, started):
            self.deps.log("preview started", preview=record.id, attempt=record.attempt)
            return
        # Pruning deletes what the build has written until here.
        self.ports.builds.stop(job.build_id)

    def _complete_if_ended(self, record: PreviewRecord) -> None:
        builds = self.ports.builds
        job = (
            builds.status(record.build_id) if record.build_id else builds.find(record.attempt or "")
        )
        is_lease_over = record.lease is None or record.lease <= self.deps.clock()
        if job is None:
            if is_lease_over:
                self.ports.store.replace(record, as_waiting(record))
            return
        if record.build_id is None:
            # The answer to its start was lost.
            self._note_start(record, job)
            return
        match job.outcome:
            case BuildOutcome.RUNNING:
                return
            case BuildOutcome.SUCCEEDED:
                self._open(record)
            case BuildOutcome.FAULTED if record.tries + 1 < MAX_FAULTS:
                again = replace(as_waiting(record), tries=record.tries + 1)
                self.ports.store.replace(record, again)
            case BuildOutcome.FAULTED | BuildOutcome.FAILED:
                self._fail(record, job.reason or "the build failed")

    def _open(self, record: PreviewRecord) -> None:
        """Check the build's output and open the address."""
        verified, problem = verify_preview(self.deps.pages, record)
        if problem:
            self._fail(record, problem)
            return
        key, value = verified.entry
        self.ports.entries.put({key: value})
        if self.ports.store.replace(record, verified) is None:
            # Another writer was first: the same step, or the end of the preview.
            current = self.ports.store.find(record.id)
            if current is None or current.status != PreviewStatus.READY:
                self.ports.entries.delete([key])
            return
        self.deps.log("preview ready", preview=record.id)

    def _fail(self, record: PreviewRecord, reason: str) -> None:
        self.deps.log("preview failed", preview=record.id, reason=reason)
        failed = replace(record, status=PreviewStatus.FAILED, reason=reason[:300])
        self.ports.store.replace(record, failed)
