"""The progress of an applied delivery: the build that covers it, and its time on the site.

No record exists for this. A delivery stores the change count of the site after it, and a build and
a release store the count they contain. The first build of at least that count covers it.
"""

from dataclasses import asdict, dataclass
from typing import Any

from platform_cli.operations import inbox, releases
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.contract.status import BuildStatus
from platform_core.pipeline.ingest.inbox_row import InboxRow
from platform_core.pipeline.records import BuildRecord

RELEASING = frozenset({BuildStatus.SUCCEEDED, BuildStatus.SKIPPED})
"""After such a build, the newest release contains its changes."""


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """Progress of a delivery. A field is None until its event, or if no page changes."""

    build: str | None = None
    build_status: BuildStatus | None = None
    release: str | None = None
    live_at: str | None = None
    """Time at which the release went live."""
    live: bool = False
    """True while visitors see the change."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def trace_delivery(deployment: Deployment, row: InboxRow) -> DeliveryProgress:
    """Find the build and the release of a stored delivery."""
    if row.changed is None:
        return DeliveryProgress()
    build = _find_covering_build(deployment, row.changed)
    if build is None:
        return DeliveryProgress()
    live = build.status in RELEASING and _is_live(deployment, row.changed)
    return DeliveryProgress(
        build=build.id,
        build_status=build.status,
        release=build.release,
        live_at=build.finished_at if live else None,
        live=live,
    )


def collect_log_terms(
    deployment: Deployment, id_or_request: str, *, since: float
) -> tuple[str, ...]:
    """Return the ids that the log lines of one delivery contain: delivery, request and build.

    The delivery is found by its id or, if it arrived after `since`, by the id of its request, which
    the response to its sender contains. Any other text is returned unchanged.
    """
    has_inbox = contract.OUT_INBOX_TABLE in deployment.stack.outputs
    row = _find_delivery(deployment, id_or_request, since) if has_inbox else None
    if row is None:
        return (id_or_request,)
    terms = (id_or_request, row.id, row.request_id, trace_delivery(deployment, row).build)
    return tuple(dict.fromkeys(str(term) for term in terms if term))


def _find_delivery(deployment: Deployment, id_or_request: str, since: float) -> InboxRow | None:
    if "#" in id_or_request:
        return inbox.get_delivery(deployment, id_or_request)
    recent = inbox.iter_inbox_deliveries(deployment, since=since)
    summary = next((row for row in recent if row.request_id == id_or_request), None)
    return inbox.get_delivery(deployment, summary.id) if summary else None


def _find_covering_build(deployment: Deployment, changed: int) -> BuildRecord | None:
    """Return the first build that released the change, else the newest attempt."""
    newest: BuildRecord | None = None
    first: BuildRecord | None = None
    for build in releases.list_builds(deployment):
        if build.covers < changed:
            break
        newest = newest or build
        first = build if build.status in RELEASING else first
    return first or newest


def _is_live(deployment: Deployment, changed: int) -> bool:
    """Return whether the live release contains the change."""
    site = releases.get_site(deployment)
    if site.live is None or not site.shows(changed):
        return False
    if not site.pinned:
        return True
    # A pinned site may show a release from before the change.
    live = releases.find_release(deployment, site.live)
    return live is not None and live.covers >= changed
