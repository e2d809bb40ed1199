"""Views of builds and releases."""

from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.releases.builds import BuildResult, BuildSummary
from platform_cli.api.releases.history import LiveRelease, ReleaseList, ReleaseSummary
from platform_cli.screen import Data, Screen

BUILD_COLUMNS = ("id", "cause", "covers", "status", "started_at", "finished_at", "release")


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


def show_builds(screen: Screen, builds: Sequence[BuildSummary]) -> None:
    """Show the builds in a table."""
    rows = [[getattr(build, column) for column in BUILD_COLUMNS] for build in builds]
    screen.table("Builds", BUILD_COLUMNS, rows)


def builds_data(builds: Sequence[BuildSummary]) -> Data:
    """Return the builds as JSON data."""
    return {"builds": [asdict(build) for build in builds]}


def show_releases(screen: Screen, release_list: ReleaseList) -> None:
    """Show the releases in a table, the live one marked."""
    rows = [
        [
            release.id, release.covers, release.created_at,
            _format_release_state(release, pinned=release_list.pinned),
        ]
        for release in release_list.releases
    ]  # fmt: skip
    screen.table("Releases", ["id", "covers", "created", ""], rows)


def releases_data(release_list: ReleaseList) -> Data:
    """Return the releases as JSON data."""
    return asdict(release_list)


def show_rollback(screen: Screen, result: LiveRelease) -> None:
    """Show the release that a rollback made live, and the command that ends the rollback."""
    screen.say(f"Release {result.release} is live and pinned (before: {result.previous}).")
    screen.say(f"To return to the newest: platform releases resume {result.client_id}")


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
