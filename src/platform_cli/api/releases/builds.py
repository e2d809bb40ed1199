"""Builds of a client's site."""

from dataclasses import dataclass, fields
from typing import Any, Final, Unpack

from platform_cli.api.clients.content_reports import note_report
from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location, open_workspace
from platform_cli.operations import previews, releases
from platform_cli.targets.deployments import Deployment
from platform_core.contract.status import BuildStatus, PreviewStatus
from platform_core.pipeline.actions import BuildSite
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.preview.record import PreviewRecord
from platform_core.pipeline.records import BuildRecord

PREVIEW_CAUSE: Final = "preview"
BUILD_SECONDS: Final = 900.0
"""Maximum time to wait for a build."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A build that was started, and its release if it was waited for."""

    client_id: str
    build_id: str | None
    release: str | None
    """None if the build was not waited for."""
    site_url: str


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """One build: its cause, its result, and the time that each phase took."""

    id: str
    cause: str | None
    covers: int | None
    """Number of the last change that the build contains."""
    status: str | None
    started_at: str | None
    finished_at: str | None
    release: str | None
    reason: str | None
    items: int | None
    wait_seconds: float | None
    """From the first change to the start of the build."""
    snapshot_seconds: float | None
    queue_seconds: float | None
    build_seconds: float | None
    flip_seconds: float | None
    """From the end of the build until the release was live."""
    commit: str | None = None
    """The commit that was built, for a site that renders its own repository."""


def build(
    client: str,
    *,
    allow_shrink: bool = False,
    wait: bool = True,
    progress: Progress = NO_PROGRESS,
    **location: Unpack[Location],
) -> BuildResult:
    """Build the site now, and by default wait until it is live.

    A build that loses much of the site's content is held back unless `allow_shrink` is set. Raises
    `BuildFailed`, a `PlatformError`.
    """
    deployed = find_deployed(client, **location)
    releases.run_action(deployed, BuildSite(allow_shrink=allow_shrink))
    site = releases.get_site(deployed)
    if wait:
        site = wait_for_build(deployed, site.changed, progress)
        workspace = open_workspace(location.get("workspace"))
        note_report(workspace, client, deployed.names.environment, site)
    return BuildResult(
        client_id=client,
        build_id=site.attempt or site.ready,
        release=site.ready if wait else None,
        site_url=deployed.addresses.site_url,
    )


def list_builds(
    client: str, *, limit: int = 20, **location: Unpack[Location]
) -> list[BuildSummary]:
    """List the builds, those of previews included, newest first."""
    deployed = find_deployed(client, **location)
    builds = [_to_summary(record) for record in releases.list_builds(deployed, limit=limit)]
    if previews.has_previews(deployed):
        builds += map(_preview_to_summary, previews.list_previews(deployed))
    return sorted(builds, key=lambda build: build.id, reverse=True)[:limit]


def read_build_log(client: str, build_id: str, **location: Unpack[Location]) -> list[str]:
    """Return the log lines of a build or a preview. Raises `UsageError` for an unknown one."""
    deployed = find_deployed(client, **location)
    if previews.has_previews(deployed) and (preview := previews.find_preview(deployed, build_id)):
        return previews.read_log(deployed, preview)
    return releases.read_build_log(deployed, build_id)


def wait_for_build(deployed: Deployment, change: int, progress: Progress) -> SiteState:
    """Wait until a release contains the change of this number. Raises `BuildFailed`."""
    with progress.step("Building the site") as step:
        return releases.wait_until_built(
            deployed, change, seconds=BUILD_SECONDS, on_progress=lambda site: step.note(site.state)
        )


def _preview_to_summary(record: PreviewRecord) -> BuildSummary:
    status = BuildStatus.SUCCEEDED if record.status == PreviewStatus.READY else record.status
    values: dict[str, Any] = dict.fromkeys(field.name for field in fields(BuildSummary))
    values |= {
        "id": record.id,
        "cause": PREVIEW_CAUSE,
        "status": str(status),
        "started_at": record.created_at,
        "reason": record.reason,
        "items": record.items,
    }
    return BuildSummary(**values)


def _to_summary(record: BuildRecord) -> BuildSummary:
    values: dict[str, Any] = {
        field.name: getattr(record, field.name) for field in fields(BuildSummary)
    }
    return BuildSummary(**values)
