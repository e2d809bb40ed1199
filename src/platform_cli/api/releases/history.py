"""Releases of a client's site: list them, roll back to one, and end a rollback."""

from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location
from platform_cli.operations import releases as builder
from platform_core.pipeline.actions import Resume, Rollback


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """One release that can be live."""

    id: str
    covers: int | None
    """Number of the last change that the release contains."""
    created_at: str | None
    live: bool
    ready: bool
    """True for the newest release."""
    commit: str | None = None
    """The commit of the release, for a site that renders its own repository."""


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The releases of a site, newest first."""

    releases: tuple[ReleaseSummary, ...]
    pinned: bool
    """Whether a rollback keeps the live release in place."""


@dataclass(frozen=True, slots=True)
class LiveRelease:
    """The release that is live after a rollback, or after the end of one."""

    client_id: str
    release: str | None
    previous: str | None
    pinned: bool


def list_releases(client: str, *, limit: int = 20, **location: Unpack[Location]) -> ReleaseList:
    """List the releases that can be live, newest first."""
    deployed = find_deployed(client, **location)
    site = builder.get_site(deployed)
    releases = tuple(
        ReleaseSummary(
            id=record.id,
            covers=record.covers,
            created_at=record.created_at,
            live=record.id == site.live,
            ready=record.id == site.ready,
            commit=record.commit,
        )
        for record in builder.list_releases(deployed, limit=limit)
    )
    return ReleaseList(releases, site.pinned)


def rollback(
    client: str,
    release: str | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    **location: Unpack[Location],
) -> LiveRelease:
    """Make an earlier release live, by default the one before the live one, without a build.

    The site stays pinned to that release until `end_rollback`. Raises `PlatformError` if the
    release does not exist.
    """
    deployed = find_deployed(client, **location)
    previous = builder.get_site(deployed).live
    with progress.step("Switching the live release"):
        builder.run_action(deployed, Rollback(release or None))
    return LiveRelease(client, builder.get_site(deployed).live, previous, pinned=True)


def end_rollback(client: str, **location: Unpack[Location]) -> LiveRelease:
    """Make the newest release live, and every later one from now on."""
    deployed = find_deployed(client, **location)
    previous = builder.get_site(deployed).live
    builder.run_action(deployed, Resume())
    return LiveRelease(client, builder.get_site(deployed).live, previous, pinned=False)
