"""Previews of a client's site: releases beside the live one, each with an address and an end."""

import secrets
from dataclasses import dataclass
from typing import Final, Unpack

from platform_cli.api.deployments.lookup import find_deployed, open_secrets
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.releases.drafts import require_drafts
from platform_cli.api.releases.preview_sources import PreviewSource, check_source, open_folder
from platform_cli.api.workspaces import Location, load_config, open_workspace
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.sections.previews import PreviewConfig
from platform_cli.errors import UsageError
from platform_cli.operations import previews
from platform_cli.site_source.build_inputs import pack_site_source, upload_preview_source
from platform_cli.site_source.client_site import detect_folder, detect_local_site
from platform_cli.targets.deployments import Deployment
from platform_cli.times import format_time
from platform_cli.workspace import Workspace
from platform_core import contract
from platform_core.pipeline.actions import EndPreview, StartPreview
from platform_core.pipeline.preview.record import PreviewRecord
from platform_core.pipeline.reports import PreviewReport

LIVE_SOURCE: Final = PreviewSource()


@dataclass(frozen=True, slots=True)
class StartedPreview:
    """A preview, and the only copy of its address."""

    client_id: str
    id: str
    status: str
    url: str
    ends_at: str | None


@dataclass(frozen=True, slots=True)
class PreviewSummary:
    """One preview. Its address is not known: only a hash of its token is stored."""

    id: str
    status: str
    label: str
    created_at: str
    ends_at: str | None
    files: int
    bytes: int
    reason: str | None
    drafts: bool = False


def start_preview(
    client: str,
    *,
    source: PreviewSource = LIVE_SOURCE,
    drafts: bool = False,
    wait: bool = True,
    progress: Progress = NO_PROGRESS,
    **location: Unpack[Location],
) -> StartedPreview:
    """Build a preview of the site, by default from the client's own source, and wait for it.

    `source` is a folder or a branch to build. `drafts`: with unpublished content.

    Raises `UsageError` for a client without previews or drafts, and `BuildFailed`.
    """
    workspace = open_workspace(location.get("workspace"))
    config = load_config(client, location.get("environment"), workspace=workspace)
    check_source(source, config)
    deployed = find_deployed(client, **location)
    previews.require_previews(deployed)
    if drafts:
        require_drafts(config, open_secrets(config, deployed.target))
    settings = config.preview or PreviewConfig()
    source_key = _upload_source(workspace, config, deployed, source, progress)
    token = secrets.token_urlsafe(32)
    order = StartPreview(
        token_hash=contract.hash_preview_token(token),
        source_key=source_key,
        days=settings.days,
        limit=settings.limit,
        label=source.label,
        drafts=drafts,
    )
    report = _order_preview(deployed, order)
    if wait:
        _wait(deployed, report.id, progress)
    record = previews.find_preview(deployed, report.id)
    return StartedPreview(
        client_id=client,
        id=report.id,
        status=record.status if record else report.status,
        url=f"{deployed.addresses.site_url.rstrip('/')}{contract.PREVIEW_PATH}{token}",
        ends_at=format_time(record.ends_at) if record else None,
    )


def _order_preview(deployed: Deployment, order: StartPreview) -> PreviewReport:
    """Start a preview. Ends it again if a builder of an older version leaves out its drafts."""
    report = previews.run_preview_action(deployed, order)
    if order.drafts and not report.drafts:
        previews.run_preview_action(deployed, EndPreview(report.id))
        client = deployed.names.client_id
        raise UsageError(
            f"{client} was deployed by a version without drafts", hint=f"platform deploy {client}"
        )
    return report


def list_previews(client: str, **location: Unpack[Location]) -> list[PreviewSummary]:
    """List the previews of a client, the newest first."""
    deployed = find_deployed(client, **location)
    previews.require_previews(deployed)
    return [_to_summary(record) for record in previews.list_previews(deployed)]


def end_preview(client: str, preview_id: str, **location: Unpack[Location]) -> str:
    """Close the address of a preview and delete its objects. Returns its whole id.

    `preview_id` is an id or its beginning. Raises `UsageError` for an unknown one.
    """
    deployed = find_deployed(client, **location)
    previews.require_previews(deployed)
    ids = [record.id for record in previews.list_previews(deployed)]
    matches = [id_ for id_ in ids if id_.startswith(preview_id)]
    if len(matches) != 1:
        found = "there is no preview" if not matches else f"{len(matches)} previews begin with"
        raise UsageError(f"{found} {preview_id!r}", hint=f"platform preview list {client}")
    previews.run_preview_action(deployed, EndPreview(matches[0]))
    return matches[0]


def _upload_source(
    workspace: Workspace,
    config: ClientServiceConfig,
    deployed: Deployment,
    source: PreviewSource,
    progress: Progress,
) -> str:
    """Upload the source of a preview, and return the key of its archive."""
    with progress.step("Packing the source"), open_folder(source, config) as folder:
        detected = (
            detect_folder(folder, config)
            if folder is not None and source.branch
            else detect_local_site(workspace, config)
        )
        url = deployed.addresses.site_url
        packed = pack_site_source(workspace, config, url, detected, folder=folder, is_preview=True)
        return upload_preview_source(deployed, packed)


def _wait(deployed: Deployment, preview_id: str, progress: Progress) -> None:
    with progress.step("Building the preview") as step:
        previews.wait_until_ready(deployed, preview_id, step.note)


def _to_summary(record: PreviewRecord) -> PreviewSummary:
    return PreviewSummary(
        id=record.id,
        status=record.status,
        label=record.label,
        created_at=record.created_at,
        ends_at=format_time(record.ends_at),
        files=record.files,
        bytes=record.bytes,
        reason=record.reason,
        drafts=record.drafts,
    )
