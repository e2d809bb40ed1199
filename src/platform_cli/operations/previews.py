"""Previews of a deployed client: call the builder, and read the rows."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from platform_cli.errors import UsageError
from platform_cli.operations.releases import (
    LAST_LOG_LINES,
    POLL_SECONDS,
    BuildFailed,
    invoke_function,
)
from platform_cli.targets import tables
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.contract.status import PreviewStatus
from platform_core.pipeline.actions import PreviewAction, to_message
from platform_core.pipeline.preview.record import PreviewRecord
from platform_core.pipeline.reports import PreviewReport

WAIT_SECONDS: Final = 900.0
"""Maximum time to wait for a preview."""


def has_previews(deployment: Deployment) -> bool:
    """Return whether the client was deployed with previews."""
    return contract.OUT_PREVIEW_PROJECT in deployment.stack.outputs


def require_previews(deployment: Deployment) -> None:
    """Raise `UsageError` for a client that was deployed without previews."""
    if not has_previews(deployment):
        client = deployment.names.client_id
        raise UsageError(
            f"{client} was deployed without previews",
            hint=f"add preview: {{}} to clients/{client}.yaml, then platform deploy {client}",
        )


def run_preview_action(deployment: Deployment, action: PreviewAction) -> PreviewReport:
    """Run an action in the builder and return its report."""
    message = to_message(action)
    return PreviewReport.from_message(invoke_function(deployment, contract.OUT_BUILDER, message))


def list_previews(deployment: Deployment) -> Iterator[PreviewRecord]:
    """Yield the previews, the newest first."""
    table = deployment.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.PREVIEW_ROW}
    rows = tables.query_rows(deployment.target, table, key, newest_first=True)
    return map(PreviewRecord.from_row, rows)


def find_preview(deployment: Deployment, preview_id: str) -> PreviewRecord | None:
    """Return a preview; None if there is none of this id."""
    table = deployment.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.PREVIEW_ROW, contract.SITE_SORT: preview_id}
    row = tables.get_row(deployment.target, table, **key)
    return None if row is None else PreviewRecord.from_row(row)


def wait_until_ready(
    deployment: Deployment, preview_id: str, on_progress: Callable[[str], None]
) -> PreviewRecord:
    """Wait until a preview is ready. Raises `BuildFailed` with the end of its log."""
    client = deployment.names.client_id
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        record = find_preview(deployment, preview_id)
        if record is None or record.status == PreviewStatus.ENDING:
            raise BuildFailed(f"the preview {preview_id} was ended")
        on_progress(record.status)
        if record.status == PreviewStatus.READY:
            return record
        if record.status == PreviewStatus.FAILED:
            raise BuildFailed(
                f"the preview was not built: {record.reason}",
                excerpt="\n".join(read_log(deployment, record)[-LAST_LOG_LINES:]),
                hint=f"platform preview end {client} {preview_id}",
            )
        time.sleep(POLL_SECONDS[deployment.target.name])
    raise BuildFailed(
        f"the preview is not ready after {WAIT_SECONDS:.0f} s",
        hint=f"platform preview list {client}",
    )


def read_log(deployment: Deployment, record: PreviewRecord) -> list[str]:
    if not record.log_stream:
        return []
    pages = deployment.client("logs").get_paginator("filter_log_events")
    log_pages = pages.paginate(logGroupName=record.log_group, logStreamNames=[record.log_stream])
    return [event["message"].rstrip() for page in log_pages for event in page["events"]]
