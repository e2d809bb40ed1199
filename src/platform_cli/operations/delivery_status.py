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
from platform_core.pipeline.ingest.deliveries import InboxRow
from platform_core.pipeline.records import BuildRecord

RELEASING = frozenset({BuildStatus.SUCCEEDED, BuildStatus.SKIPPED})
"""After such a build, the newest release contains its changes."""


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """Fields are None before the event, or if the delivery changes no page."""

    build: str | None = None
    build_status: BuildStatus | None = None
    release: str | None = None
    live_at: str | None = None
    """When the pointer had moved to the release."""
    live: bool = False
    """Whether visitors see it now."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def trace_delivery(found: Deployment, row: InboxRow) -> DeliveryProgress:
    """Trace a stored delivery as far as it has come."""
    if row.changed is None:
        return DeliveryProgress()
    covering = _covering(found, row.changed)
    if covering is None:
        return DeliveryProgress()
    live = covering.status in RELEASING and _live(found, row.changed)
    return DeliveryProgress(
        build=covering.id,
        build_status=covering.status,
        release=covering.release,
        live_at=covering.finished_at if live else None,
        live=live,
    )


def collect_log_terms(found: Deployment, wanted: str, *, since: float) -> tuple[str, ...]:
    """What the log lines of one delivery name: its id, its request's and its build's. It is found
    by its own id, or by that of its request, which its sender was told, if it came in since then.
    Whatever is neither stands for itself."""
    has_inbox = contract.OUT_INBOX_TABLE in found.stack.outputs
    row = _delivery(found, wanted, since) if has_inbox else None
    if row is None:
        return (wanted,)
    known = (wanted, row.id, row.request_id, trace_delivery(found, row).build)
    return tuple(dict.fromkeys(str(word) for word in known if word))


def _delivery(found: Deployment, wanted: str, since: float) -> InboxRow | None:
    if "#" in wanted:
        return inbox.get_delivery(found, wanted)
    recent = inbox.list_recent(found, since=since)
    listed = next((row for row in recent if row.request_id == wanted), None)
    return inbox.get_delivery(found, listed.id) if listed else None


def _covering(found: Deployment, changed: int) -> BuildRecord | None:
    """The first build that released the change, else the newest that tried to."""
    newest: BuildRecord | None = None
    first: BuildRecord | None = None
    for build in releases.list_builds(found):
        if build.covers < changed:
            break
        newest = newest or build
        first = build if build.status in RELEASING else first
    return first or newest


def _live(found: Deployment, changed: int) -> bool:
    """Whether the release that visitors see holds the change."""
    site = releases.get_site(found)
    if site.live is None or not site.shows(changed):
        return False
    if not site.pinned:
        return True
    # A pinned site may show a release from before the change.
    live = releases.find_release(found, site.live)
    return live is not None and live.covers >= changed
