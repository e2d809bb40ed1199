"""Views of builds and releases."""

from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.releases.builds import PREVIEW_CAUSE, BuildResult, BuildSummary
from platform_cli.api.releases.history import LiveRelease, ReleaseList, ReleaseSummary
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import show_answer, show_next, show_remaining, show_rows
from platform_core.contract.status import BuildStatus

BUILD_COLUMNS = ("id (time, UTC)", "status", "cause", "took", "reason")
ALL_BUILD_COLUMNS = (
    "id", "cause", "covers", "status", "started_at", "finished_at", "release", "reason",
)  # fmt: skip
MAX_BUILDS = 12
"""Number of builds that are shown without `--details`. Each may have a reason of two lines."""
COMMIT_LENGTH = 12
BUILD_VERBS = {
    "building": "is running",
    "succeeded": "succeeded",
    "failed": "failed",
    "skipped": "was skipped, because the newest release has the same content",
    "held": "was held back",
    "abandoned": "was abandoned and is tried again",
}


def show_live_address(screen: Screen, result: BuildResult) -> None:
    """Show the address of a site whose build was waited for."""
    if result.release is not None:
        screen.say(f"Live: {result.site_url}/")


def build_data(result: BuildResult) -> Data:
    """Return a started build as JSON data."""
    return {
        "client_id": result.client_id,
        "build_id": result.build_id,
        "release": result.release,
    }


def show_builds(
    screen: Screen,
    builds: Sequence[BuildSummary],
    client: str,
    *,
    options: str = "",
    details: bool = False,
) -> None:
    """Show the result of the last build in a sentence, then all builds.

    `options` select the deployment in the next command.
    """
    of_site = [build for build in builds if build.cause != PREVIEW_CAUSE]
    show_answer(screen, _describe_builds(of_site, client))
    if details:
        rows = [[getattr(build, column) for column in ALL_BUILD_COLUMNS] for build in builds]
        screen.table("Builds", ALL_BUILD_COLUMNS, rows)
    elif builds:
        shown = builds[:MAX_BUILDS]
        screen.write("")
        show_rows(screen, [_build_row(build) for build in shown], BUILD_COLUMNS)
        show_remaining(screen, len(builds) - len(shown), "builds")
    failed = next((build for build in of_site if build.status == BuildStatus.FAILED), None)
    if failed and failed is of_site[0]:
        step = (f"platform builds {client}{options} --log {failed.id}", "shows its log")
    else:
        step = (f"platform releases list {client}{options}", "shows what each build published")
    show_next(screen, step)


def _describe_builds(builds: Sequence[BuildSummary], client: str) -> str:
    if not builds:
        return f"{client} has no builds yet."
    last, reason = builds[0], builds[0].reason
    verb = BUILD_VERBS.get(str(last.status), f"is {last.status}")
    return f"The last build of {client} {verb}{f': {reason}' if reason else ''}."


def _build_row(build: BuildSummary) -> list[object]:
    seconds = None if build.build_seconds is None else f"{build.build_seconds:.0f} s"
    return [build.id, build.status, build.cause, seconds, build.reason]


def builds_data(builds: Sequence[BuildSummary]) -> Data:
    """Return the builds as JSON data."""
    return {"builds": [asdict(build) for build in builds]}


def show_releases(screen: Screen, release_list: ReleaseList) -> None:
    """Show the releases in a table, the live one marked."""
    has_commits = any(release.commit for release in release_list.releases)
    rows = [
        [
            release.id, release.covers, release.created_at,
            *([(release.commit or "")[:COMMIT_LENGTH]] if has_commits else []),
            _format_release_state(release, pinned=release_list.pinned),
        ]
        for release in release_list.releases
    ]  # fmt: skip
    commit = ["commit"] if has_commits else []
    screen.table("Releases", ["id", "covers", "created", *commit, ""], rows)


def releases_data(release_list: ReleaseList) -> Data:
    """Return the releases as JSON data."""
    return asdict(release_list)


def show_rollback(screen: Screen, result: LiveRelease, *, options: str = "") -> None:
    """Show the release that a rollback made live, and the command that ends the rollback."""
    screen.say(f"Release {result.release} is live and pinned (before: {result.previous}).")
    screen.say(f"To return to the newest: platform releases resume {result.client_id}{options}")


def rollback_data(result: LiveRelease) -> Data:
    """Return a rollback as JSON data."""
    return asdict(result)


def show_end_of_rollback(screen: Screen, result: LiveRelease) -> None:
    """Show the release that is live after the end of a rollback."""
    screen.say(f"Release {result.release}, the newest, is live.")


def end_of_rollback_data(result: LiveRelease) -> Data:
    """Return the end of a rollback as JSON data."""
    return {"client_id": result.client_id, "live": result.release, "pinned": result.pinned}


def _format_release_state(release: ReleaseSummary, *, pinned: bool) -> str:
    if release.live:
        return "live, pinned" if pinned else "live"
    return "ready" if release.ready else ""
