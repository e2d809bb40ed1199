"""Builds and releases of a deployed client: call the builder, and read the results.

Only the builder writes. This module calls its function and reads its table.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from platform_cli.errors import DeployFailed, PlatformError, UsageError
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.tables import Row
from platform_core import contract
from platform_core.contract.status import BuildStatus, SiteBuildStatus
from platform_core.pipeline.actions import (
    BuilderAction,
    Resume,
    Rollback,
    WriteContent,
    to_message,
)
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.records import BuildRecord, ReleaseRecord, Watch
from platform_core.pipeline.reports import SiteReport, WrittenContent

INVOCATION_TIMEOUT_SECONDS: Final = 310.0
"""Longer than the timeout of every function of the platform."""
LAST_LOG_LINES: Final = 12
"""Number of log lines in the error of a failed build."""
POLL_SECONDS: Final = {"local": 0.15, "aws": 2.0}


class BuildFailed(PlatformError):
    """The site could not be built. The previous release stays live."""


def run_action(deployment: Deployment, action: BuilderAction) -> SiteReport:
    """Run an action in the builder and return its report. Raises if the action fails."""
    return SiteReport.from_message(
        invoke_function(deployment, contract.OUT_BUILDER, to_message(action))
    )


def write_dev_content(deployment: Deployment, url: str) -> WrittenContent:
    """Have the builder write the content for a server at this address.

    Raises `UsageError` for a client that an earlier version of this tool has deployed.
    """
    answer = invoke_function(deployment, contract.OUT_BUILDER, to_message(WriteContent(url)))
    if "key" not in answer:
        client = deployment.names.client_id
        raise UsageError(
            f"an earlier version of platform has deployed {client}, which writes no content for "
            "a development server",
            hint=f"platform deploy {client}",
        )
    return WrittenContent.from_message(answer)


def invoke_function(
    deployment: Deployment, output: str, payload: Mapping[str, object]
) -> dict[str, Any]:
    """Call a function of the stack and return its response."""
    response = deployment.target.client(
        "lambda", timeout_seconds=INVOCATION_TIMEOUT_SECONDS
    ).invoke(FunctionName=deployment.output(output), Payload=json.dumps(payload).encode())
    result = json.loads(response["Payload"].read() or b"null") or {}
    if response.get("FunctionError"):
        reason = result.get("errorMessage") or "the function gave no reason"
        raise DeployFailed(
            f"{payload.get('action')} failed: {reason}",
            hint=f"platform logs {deployment.names.client_id}",
        )
    return dict(result)


def restore_pointer(deployment: Deployment, before: SiteState) -> None:
    """Write the pointer again from the site's row.

    The row outlives the stack, but the key-value store of the pointer does not.
    """
    if before.pinned:
        run_action(deployment, Rollback(before.live))
    else:
        run_action(deployment, Resume())


def get_site(deployment: Deployment) -> SiteState:
    """Return the current row of the site."""
    table = deployment.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.SITE_ROW, contract.SITE_SORT: contract.SITE_ROW}
    return SiteState.from_row(tables.get_row(deployment.target, table, **key) or {})


def list_builds(deployment: Deployment, *, limit: int | None = None) -> Iterator[BuildRecord]:
    """Yield the site's builds, newest first."""
    return map(BuildRecord.from_row, _query_history(deployment, contract.BUILD_ROW, limit))


def list_releases(deployment: Deployment, *, limit: int | None = None) -> Iterator[ReleaseRecord]:
    """Yield the site's releases, newest first."""
    return map(ReleaseRecord.from_row, _query_history(deployment, contract.RELEASE_ROW, limit))


def find_release(deployment: Deployment, release_id: str) -> ReleaseRecord | None:
    row = _get_row(deployment, contract.RELEASE_ROW, release_id)
    return None if row is None else ReleaseRecord.from_row(row)


def get_last_listing_checks(deployment: Deployment) -> dict[str, Watch]:
    """Map each provider to the last comparison of its listing with the content."""
    rows = _query_history(deployment, contract.WATCH_ROW, None)
    return {str(row[contract.SITE_SORT]): Watch.from_row(row) for row in rows}


def _query_history(deployment: Deployment, kind: str, limit: int | None) -> Iterator[Row]:
    table = deployment.output(contract.OUT_SITE_TABLE)
    rows = tables.query_rows(deployment.target, table, {contract.SITE_KEY: kind}, newest_first=True)
    return islice(rows, limit)


def _get_row(deployment: Deployment, kind: str, name: str) -> Row | None:
    table = deployment.output(contract.OUT_SITE_TABLE)
    return tables.get_row(
        deployment.target, table, **{contract.SITE_KEY: kind, contract.SITE_SORT: name}
    )


def read_build_log(deployment: Deployment, attempt: str) -> list[str]:
    """Read the log lines of a build. Raises `UsageError` if there is no such build."""
    row = _get_row(deployment, contract.BUILD_ROW, attempt)
    if row is None:
        raise UsageError(
            f"there is no build {attempt!r}", hint=f"platform builds {deployment.names.client_id}"
        )
    build = BuildRecord.from_row(row)
    if not build.log_stream:
        return []
    pages = deployment.client("logs").get_paginator("filter_log_events")
    log_pages = pages.paginate(logGroupName=build.log_group, logStreamNames=[build.log_stream])
    return [event["message"].rstrip() for page in log_pages for event in page["events"]]


def wait_until_built(
    deployment: Deployment,
    change_count: int,
    *,
    seconds: float,
    on_progress: Callable[[SiteState], None],
) -> SiteState:
    """Wait until the first `change_count` changes are built. Raises if a build fails.

    `on_progress` is called for each new state of the site.
    """
    deadline = time.monotonic() + seconds
    failures = get_site(deployment).failures
    reported = ""
    while True:
        site = get_site(deployment)
        if site.state != reported:
            reported = site.state
            on_progress(site)
        if site.shows(change_count):
            return site
        if site.state == SiteBuildStatus.HELD or site.failures > failures:
            raise _build_failure(deployment, site)
        if time.monotonic() > deadline:
            raise BuildFailed(
                f"the build is not done after {seconds:.0f} s (the site is {site.state})",
                hint=f"platform status {deployment.names.client_id}",
            )
        time.sleep(POLL_SECONDS[deployment.target.name])


def _build_failure(deployment: Deployment, site: SiteState) -> BuildFailed:
    """Return the error for the newest build, with its reason and the last lines of its log."""
    client = deployment.names.client_id
    newest = next(list_builds(deployment, limit=1), None)
    reason = site.held_reason or (newest and newest.reason) or "the build failed"
    if newest is None or newest.status != BuildStatus.FAILED:
        return BuildFailed(f"the site was not built: {reason}", hint=f"platform builds {client}")
    lines = read_build_log(deployment, newest.id)
    return BuildFailed(
        f"the site was not built: {reason}",
        excerpt="\n".join(lines[-LAST_LOG_LINES:]),
        hint=f"the whole log: platform builds {client} --log {newest.id}",
    )
