"""Builds and releases of a deployed client: call the builder, and read the results.

Only the builder writes; it is asked by its function, and everything else is read from its table.
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
from platform_core.contract.status import SiteBuildStatus
from platform_core.pipeline.actions import BuilderAction, Resume, Rollback, SiteReport, to_message
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.records import BuildRecord, ReleaseRecord, Watch

INVOCATION_TIMEOUT_SECONDS: Final = 310.0
"""Seconds: longer than any function of ours may run."""
POLL_SECONDS: Final = {"local": 0.15, "aws": 2.0}


class BuildFailed(PlatformError):
    """The site could not be built; the release before it stays live."""


def run_action(deployed: Deployment, action: BuilderAction) -> SiteReport:
    """Have the builder do something, and wait for its report. Raises with its reason."""
    return SiteReport.from_message(
        invoke_function(deployed, contract.OUT_BUILDER, to_message(action))
    )


def invoke_function(
    deployed: Deployment, output: str, payload: Mapping[str, object]
) -> dict[str, Any]:
    """Calls a function of the stack and waits for its answer."""
    answer = deployed.target.client("lambda", timeout_seconds=INVOCATION_TIMEOUT_SECONDS).invoke(
        FunctionName=deployed.output(output), Payload=json.dumps(payload).encode()
    )
    said = json.loads(answer["Payload"].read() or b"null") or {}
    if answer.get("FunctionError"):
        reason = said.get("errorMessage") or "it gave no reason"
        raise DeployFailed(
            f"{payload.get('action')} failed: {reason}",
            hint=f"platform logs {deployed.names.client_id}",
        )
    return dict(said)


def restore_pointer(deployed: Deployment, before: SiteState) -> None:
    """Has the pointer written anew, to what the site's row says: the row outlives a stack, and the
    store of the pointer does not."""
    if before.pinned:
        run_action(deployed, Rollback(before.live))
    else:
        run_action(deployed, Resume())


def get_site(deployed: Deployment) -> SiteState:
    """The site's row as it is now."""
    table = deployed.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.SITE_ROW, contract.SITE_SORT: contract.SITE_ROW}
    return SiteState.from_row(tables.get_row(deployed.target, table, **key) or {})


def list_builds(deployed: Deployment, *, limit: int | None = None) -> Iterator[BuildRecord]:
    """The site's builds, newest first."""
    return map(BuildRecord.from_row, _history(deployed, contract.BUILD_ROW, limit))


def list_releases(deployed: Deployment, *, limit: int | None = None) -> Iterator[ReleaseRecord]:
    """The site's releases, newest first."""
    return map(ReleaseRecord.from_row, _history(deployed, contract.RELEASE_ROW, limit))


def find_release(deployed: Deployment, release_id: str) -> ReleaseRecord | None:
    row = _row(deployed, contract.RELEASE_ROW, release_id)
    return None if row is None else ReleaseRecord.from_row(row)


def list_watches(deployed: Deployment) -> dict[str, Watch]:
    """Provider -> when its vendor's listing was last compared with the content."""
    found = _history(deployed, contract.WATCH_ROW, None)
    return {str(row[contract.SITE_SORT]): Watch.from_row(row) for row in found}


def _history(deployed: Deployment, kind: str, limit: int | None) -> Iterator[Row]:
    table = deployed.output(contract.OUT_SITE_TABLE)
    rows = tables.query_rows(deployed.target, table, {contract.SITE_KEY: kind}, newest_first=True)
    return islice(rows, limit)


def _row(deployed: Deployment, kind: str, name: str) -> Row | None:
    table = deployed.output(contract.OUT_SITE_TABLE)
    return tables.get_row(
        deployed.target, table, **{contract.SITE_KEY: kind, contract.SITE_SORT: name}
    )


def read_build_log(deployed: Deployment, attempt: str) -> list[str]:
    """Read the log lines of a build. Raises `UsageError` if there is no such build."""
    row = _row(deployed, contract.BUILD_ROW, attempt)
    if row is None:
        raise UsageError(
            f"there is no build {attempt!r}", hint=f"platform builds {deployed.names.client_id}"
        )
    build = BuildRecord.from_row(row)
    if not build.log_stream:
        return []
    pages = deployed.client("logs").get_paginator("filter_log_events")
    read = pages.paginate(logGroupName=build.log_group, logStreamNames=[build.log_stream])
    return [event["message"].rstrip() for page in read for event in page["events"]]


def wait_until_built(
    deployed: Deployment, wanted: int, *, seconds: float, tell: Callable[[SiteState], None]
) -> SiteState:
    """Until the changes up to `wanted` are built; raises where they cannot be.

    `tell` is called for each state that the site comes to.
    """
    deadline = time.monotonic() + seconds
    failures = get_site(deployed).failures
    told = ""
    while True:
        now = get_site(deployed)
        if now.state != told:
            told = now.state
            tell(now)
        if now.shows(wanted):
            return now
        if now.state == SiteBuildStatus.HELD or now.failures > failures:
            why = now.held_reason or "the build failed"
            raise BuildFailed(
                f"the site was not built: {why}",
                hint=f"platform builds {deployed.names.client_id}",
            )
        if time.monotonic() > deadline:
            raise BuildFailed(
                f"the build is not done after {seconds:.0f} s (the site is {now.state})",
                hint=f"platform status {deployed.names.client_id}",
            )
        time.sleep(POLL_SECONDS[deployed.target.name])
