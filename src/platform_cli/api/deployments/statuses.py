"""The status of a deployed client."""

import time
from dataclasses import dataclass
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_bindings
from platform_cli.api.clients.content_reports import (
    SiteContentReport,
    make_report,
    note_report,
)
from platform_cli.api.deployments.lookup import find_deployed, open_secrets
from platform_cli.api.workspaces import Location, load_config, open_workspace
from platform_cli.operations import attention, inbox, previews, releases, vendor_client
from platform_cli.operations.forms import entries as form_entries
from platform_cli.operations.webhook_registration import Registration, check_health
from platform_cli.targets.deployments import Deployment
from platform_cli.times import format_time
from platform_core import contract
from platform_core.contract.status import PreviewStatus, SiteBuildStatus
from platform_core.forms.entries import MailStatus
from platform_core.pipeline.build.batching import SiteState

VENDORS_SECONDS: Final = 4.0
"""Maximum time for all vendors together to answer."""


@dataclass(frozen=True, slots=True)
class StackStatus:
    """The CloudFormation stack."""

    name: str
    status: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """The site's releases and builds."""

    state: str
    live: str | None
    ready: str | None
    """The newest release."""
    pinned: bool
    held_reason: str | None
    building: str | None
    """The running build."""
    failures: int
    wanted: int
    """Number of the last change that needs a build."""
    built: int
    """Number of the last change in the newest release."""


@dataclass(frozen=True, slots=True)
class WebhookStatus:
    """The webhooks of one provider."""

    provider: str
    state: str
    note: str
    looked_at: str | None
    """Time of the last comparison of the vendor's content with ours; None if there was none."""
    missed: int | None
    """Number of items that the last comparison did not find here."""
    address: str
    """The address that the vendor should deliver to."""


@dataclass(frozen=True, slots=True)
class ClientStatus:
    """A deployed client."""

    client_id: str
    environment: str
    target: str
    stack: StackStatus
    site_url: str
    webhook_base_url: str
    webhook_address: str
    """The address in use, with `{provider}` in it; empty without a provider."""
    content_api_url: str
    site: SiteStatus
    pending: int | None
    """Number of deliveries that are stored and not applied yet; None without an inbox."""
    dead_letters: int | None
    """Number of messages in the dead-letter queue; None without a queue."""
    webhooks: tuple[WebhookStatus, ...]
    former_webhooks_until: str | None
    """Time at which the former webhook addresses end; None without such."""
    moved_from: str | None = None
    """The site's own local address, if another program listens there now."""
    has_file: bool = True
    """Whether the workspace still has the client's file. Without it, no vendor is asked."""
    ending_deliveries: int = 0
    """Number of failed deliveries that are deleted within 14 days."""
    next_deletion: str | None = None
    """Time at which the first of them is deleted."""
    data_requests: int = 0
    """Number of customers who asked for their stored data in the last 30 days."""
    content: SiteContentReport | None = None
    """The content that is not on the site; None before the first build."""
    form_entries: int | None = None
    """Number of stored entries of contact forms; None without forms."""
    failed_form_mails: int = 0
    """Number of entries whose mail could not be sent so far."""
    previews: int | None = None
    """Number of previews, failed ones included; None for a client without previews."""
    failed_previews: int = 0


def status(client: str, **location: Unpack[Location]) -> ClientStatus:
    """Return the status of a client, its webhooks at each vendor included."""
    deployed = find_deployed(client, **location)
    former = deployed.address_tokens.without_ended(time.time()).former
    workspace = open_workspace(location.get("workspace"))
    has_file = workspace.has_client_file(client)
    site = releases.get_site(deployed)
    note_report(workspace, client, deployed.names.environment, site)
    has_inbox = contract.OUT_INBOX_TABLE in deployed.stack.outputs
    entries = form_entries.read_entries(deployed) if form_entries.has_forms(deployed) else None
    ending = attention.list_ending_deliveries(deployed) if has_inbox else []
    has_previews = previews.has_previews(deployed)
    shown = list(previews.list_previews(deployed)) if has_previews else []
    return ClientStatus(
        client_id=client,
        environment=deployed.names.environment,
        target=deployed.target.name,
        stack=StackStatus(deployed.stack.name, deployed.stack.status, deployed.stack.changed_at),
        site_url=deployed.addresses.site_url,
        webhook_base_url=deployed.addresses.webhook_base_url,
        webhook_address=deployed.webhook_pattern,
        content_api_url=deployed.addresses.content_api_url,
        site=_site_status(site),
        pending=inbox.count_pending(deployed),
        dead_letters=_count_dead_letters(deployed),
        former_webhooks_until=format_time(former.until if former else None),
        webhooks=_webhook_statuses(deployed, **location) if has_file else (),
        moved_from=deployed.addresses.moved_from or None,
        has_file=has_file,
        ending_deliveries=len(ending),
        next_deletion=format_time(ending[0].expires_at) if ending else None,
        data_requests=attention.count_data_requests(deployed) if has_inbox else 0,
        content=make_report(site),
        form_entries=None if entries is None else len(entries),
        failed_form_mails=sum(entry.mail is MailStatus.FAILED for entry in entries or ()),
        previews=len(shown) if has_previews else None,
        failed_previews=sum(preview.status == PreviewStatus.FAILED for preview in shown),
    )


def _site_status(site: SiteState) -> SiteStatus:
    return SiteStatus(
        state=str(site.state),
        live=site.live,
        ready=site.ready,
        pinned=site.pinned,
        held_reason=site.held_reason,
        building=site.attempt if site.state == SiteBuildStatus.BUILDING else None,
        failures=site.failures,
        wanted=site.changed,
        built=site.built,
    )


def _webhook_statuses(
    deployed: Deployment, **location: Unpack[Location]
) -> tuple[WebhookStatus, ...]:
    comparisons = _read_last_vendor_comparisons(deployed)
    return tuple(
        WebhookStatus(
            registration.provider,
            str(registration.state),
            registration.note,
            *comparisons.get(registration.provider, (None, None)),
            address=registration.address,
        )
        for registration in _check_webhooks(deployed, **location)
    )


def _check_webhooks(deployed: Deployment, **location: Unpack[Location]) -> list[Registration]:
    """Ask each vendor for its webhooks, as far as the vendors answer in time."""
    client, environment = deployed.names.client_id, deployed.names.environment
    workspace = location.get("workspace")
    blueprint = load_blueprint(client, environment, workspace=workspace)
    client_secrets = open_secrets(
        load_config(client, environment, workspace=workspace), deployed.target
    )
    deadline = time.monotonic() + VENDORS_SECONDS
    return [
        check_health(
            binding.provider,
            deployed.webhook_address(binding.provider),
            vendor_client.make_context(
                binding,
                deployed.target,
                client_secrets,
                until=deadline,
                open_address=deployed.open_webhook_address(binding.provider),
            ),
        )
        for binding in provider_bindings(blueprint)
    ]


def _read_last_vendor_comparisons(deployed: Deployment) -> dict[str, tuple[str | None, int | None]]:
    """Map each provider to the time of its last comparison and the number of missed items."""
    return {
        provider: (watch.looked_at, watch.missed)
        for provider, watch in releases.get_last_listing_checks(deployed).items()
        if watch.looked_at
    }


def _count_dead_letters(deployed: Deployment) -> int | None:
    queue = deployed.stack.outputs.get(contract.OUT_DEAD_LETTERS)
    if queue is None:
        return None
    response = deployed.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(response["Attributes"]["ApproximateNumberOfMessages"])
