"""Wait until a change is applied and published, as the tables and the release show."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from platform_cli.errors import PlatformError
from platform_cli.operations import inbox, releases
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.records import ReleaseRecord


@dataclass(frozen=True, slots=True)
class SiteSnapshot:
    """The state of the site before a change."""

    changed: int
    live: str | None
    started: float


def read_site_snapshot(deployment: Deployment) -> SiteSnapshot:
    """Record the state of the site. Call this before sending the delivery."""
    now = releases.get_site(deployment)
    return SiteSnapshot(now.changed, now.live, time.monotonic())


def wait_until_applied(
    deployment: Deployment, delivery_id: str, *, seconds: float
) -> DeliveryStatus:
    """Wait until the delivery is applied or fails. Returns its status."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        row = inbox.get_delivery(deployment, delivery_id)
        if row is not None and row.status != DeliveryStatus.PENDING:
            return row.status
        time.sleep(releases.POLL_SECONDS[deployment.target.name])
    raise PlatformError(
        f"{delivery_id} is still pending after {seconds:.0f} s",
        hint=f"platform events {deployment.names.client_id} {delivery_id}",
    )


def wait_until_published(
    deployment: Deployment,
    since: SiteSnapshot,
    *,
    seconds: float,
    on_progress: Callable[[str], None],
) -> list[str]:
    """Wait until later changes are built. Returns the paths of the changed pages."""
    change_count = releases.get_site(deployment).changed
    if change_count == since.changed:
        return []
    now = releases.wait_until_built(
        deployment, change_count, seconds=seconds, on_progress=lambda site: on_progress(site.state)
    )
    return find_changed_page_urls(
        read_manifest(deployment, since.live), read_manifest(deployment, now.live)
    )


def read_manifest(deployment: Deployment, release_id: str | None) -> Mapping[str, Any]:
    """Read the files of a release by path; empty for None."""
    if release_id is None:
        return {}
    release = releases.find_release(deployment, release_id) or ReleaseRecord(release_id)
    key = f"{release.prefix}{contract.RELEASE_MANIFEST}"
    bucket = deployment.output(contract.OUT_SITE_BUCKET)
    body = deployment.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return dict(json.loads(body)["files"])


def find_changed_page_urls(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the sorted addresses of added, removed and changed pages."""
    differing = {path for path in old.keys() | new if _hash(old, path) != _hash(new, path)}
    return sorted(_address(path) for path in differing if path.endswith(".html"))


def _hash(files: Mapping[str, Any], path: str) -> str | None:
    return str(files[path]["sha256"]) if path in files else None


def _address(path: str) -> str:
    return "/" + path.removeprefix("/").removesuffix("index.html")
