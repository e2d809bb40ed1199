"""Builds and releases of a deployed client: ask the builder, and read what became of it.

Only the builder writes; it is asked by its function, and everything else is read from its table.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from platform_cli.deploy import rows
from platform_cli.deploy.deployment import Deployed
from platform_cli.deploy.rows import Row
from platform_cli.errors import DeployFailed, PlatformError, UsageError
from platform_core import contract

SLOWEST_ANSWER: Final = 310.0
"""Seconds: longer than any function of ours may run."""
LOOK_EVERY_SECONDS: Final = {"local": 0.15, "aws": 2.0}


class BuildFailed(PlatformError):
    """The site could not be built; the release before it stays live."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site's row: what is wanted, what is built, what is live."""

    row: Row

    @property
    def state(self) -> str:
        return str(self.row.get("state", "idle"))

    @property
    def changed(self) -> int:
        """How many changes ever wanted a build."""
        return int(self.row.get("changed", 0))

    @property
    def built(self) -> int:
        """How many of them the newest release holds."""
        return int(self.row.get("built", 0))

    @property
    def failures(self) -> int:
        return int(self.row.get("failures", 0))

    def text(self, field: str) -> str | None:
        """One of `live`, `ready`, `attempt`, `held_reason`; None where it is not set."""
        value = self.row.get(field)
        return None if value in (None, "") else str(value)

    @property
    def pinned(self) -> bool:
        return bool(self.row.get("pinned"))

    def shows(self, wanted: int) -> bool:
        """Whether visitors see the changes up to `wanted`, or would if nobody had pinned it."""
        flipped = self.row.get("pointer_written") == self.row.get("live")
        return self.built >= wanted and flipped


def ask(deployed: Deployed, action: str, **more: object) -> dict[str, Any]:
    """One action of the builder (`contract.ACTION_*`); raises with its reason when it refuses."""
    return invoke(deployed, contract.OUT_BUILDER, {"action": action, **more})


def invoke(deployed: Deployed, output: str, payload: dict[str, object]) -> dict[str, Any]:
    """Calls a function of the stack and waits for its answer."""
    answer = deployed.target.client("lambda", answers_within=SLOWEST_ANSWER).invoke(
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


def point_again(deployed: Deployed, before: Site) -> None:
    """Has the pointer written anew, to what the site's row says: the row outlives a stack, and the
    store of the pointer does not."""
    if before.pinned:
        ask(deployed, contract.ACTION_ROLLBACK, release=before.text("live"))
    else:
        ask(deployed, contract.ACTION_RESUME)


def site(deployed: Deployed) -> Site:
    """The site's row as it is now."""
    table = deployed.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.SITE_ROW, contract.SITE_SORT: contract.SITE_ROW}
    return Site(rows.get(deployed.target, table, **key) or {})


def history(deployed: Deployed, kind: str, *, limit: int | None = None) -> Iterator[Row]:
    """Rows of one kind (`contract.BUILD_ROW`, `contract.RELEASE_ROW`), newest first."""
    table = deployed.output(contract.OUT_SITE_TABLE)
    return rows.query(
        deployed.target, table, {contract.SITE_KEY: kind}, newest_first=True, limit=limit
    )


def log(deployed: Deployed, attempt: str) -> list[str]:
    """What a build said, line by line; raises where nobody knows this build."""
    table = deployed.output(contract.OUT_SITE_TABLE)
    key = {contract.SITE_KEY: contract.BUILD_ROW, contract.SITE_SORT: attempt}
    row = rows.get(deployed.target, table, **key)
    if row is None:
        raise UsageError(
            f"there is no build {attempt!r}", hint=f"platform builds {deployed.names.client_id}"
        )
    if not row.get("log_stream"):
        return []
    pages = deployed.client("logs").get_paginator("filter_log_events")
    read = pages.paginate(logGroupName=row["log_group"], logStreamNames=[row["log_stream"]])
    return [event["message"].rstrip() for page in read for event in page["events"]]


def wait(deployed: Deployed, wanted: int, *, seconds: float, tell: Callable[[Site], None]) -> Site:
    """Until the changes up to `wanted` are built; raises where they cannot be.

    `tell` is called for each state that the site comes to.
    """
    deadline = time.monotonic() + seconds
    failures = site(deployed).failures
    told = ""
    while True:
        now = site(deployed)
        if now.state != told:
            told = now.state
            tell(now)
        if now.shows(wanted):
            return now
        if now.state == "held" or now.failures > failures:
            why = now.text("held_reason") or "the build failed"
            raise BuildFailed(
                f"the site was not built: {why}",
                hint=f"platform builds {deployed.names.client_id}",
            )
        if time.monotonic() > deadline:
            raise BuildFailed(
                f"the build is not done after {seconds:.0f} s (the site is {now.state})",
                hint=f"platform status {deployed.names.client_id}",
            )
        time.sleep(LOOK_EVERY_SECONDS[deployed.target.name])
