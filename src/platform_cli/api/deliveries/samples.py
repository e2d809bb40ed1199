"""Sends recorded deliveries, signed as the vendor would sign them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Unpack

from platform_cli.api.clients.blueprints import load_blueprint, provider_settings, resolve_provider
from platform_cli.api.deployments.lookup import find_deployed, open_secrets
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location, load_config
from platform_cli.errors import UsageError
from platform_cli.operations import wait
from platform_cli.operations.wait import SiteSnapshot
from platform_cli.sample_deliveries import deliveries
from platform_cli.sample_deliveries.deliveries import DeliveryResponse, SampleDelivery
from platform_cli.sample_deliveries.personalize import with_client_settings
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.secrets import make_random_secret
from platform_core.webhooks.request import WEBHOOK_SECRET

ACCEPTED: Final = 200
WAIT_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class SendOptions:
    """Changes to a recorded delivery."""

    file: Path | None = None
    """A delivery to send in place of the recorded one: its body, or a recording."""
    edits: Mapping[str, str] = field(default_factory=dict)
    """New values of fields of the body, such as `title` or `variants.0.price`."""
    new_title: tuple[str, str] | None = None
    """A title in the body, and the title to replace it with."""
    bad_signature: bool = False
    """Sign with a wrong secret."""
    repeat: bool = False
    """Send the same delivery twice."""


@dataclass(frozen=True)
class SentDelivery:
    """A delivery that was sent, with the response to each attempt."""

    deployed: Deployment
    responses: tuple[DeliveryResponse, ...]
    before: SiteSnapshot
    """The state of the site before the delivery."""
    bad_signature: bool

    @property
    def is_accepted(self) -> bool:
        """Whether the webhook address accepted every attempt."""
        return all(response.status == ACCEPTED for response in self.responses)

    @property
    def is_expected(self) -> bool:
        """Whether a good signature was accepted, or a bad one refused."""
        return self.is_accepted != self.bad_signature


@dataclass(frozen=True, slots=True)
class LiveChange:
    """The effect of a delivery."""

    applied: str
    """The status of the delivery, such as `applied`."""
    changed: tuple[str, ...]
    """Paths of the pages that changed."""
    live_seconds: float
    """Time from sending the delivery until the pages were live."""


def send(
    client: str,
    provider: str,
    event: str,
    *,
    options: SendOptions = SendOptions(),
    **location: Unpack[Location],
) -> SentDelivery:
    """Send a recorded event of a provider to the client's webhook address, as if it happened now.

    Raises `UsageError` for a provider that the client does not have, or an unknown event.
    """
    environment, workspace = location.get("environment"), location.get("workspace")
    blueprint = load_blueprint(client, environment, workspace=workspace)
    provider = resolve_provider(blueprint, provider)
    settings = provider_settings(blueprint, provider)
    recording = _prepare_sample_delivery(provider, event, settings, options)
    deployed = find_deployed(client, **location)
    config = load_config(client, environment, workspace=workspace)
    client_secrets = open_secrets(config, deployed.target)
    secret = (
        make_random_secret()
        if options.bad_signature
        else client_secrets.get_current_value(provider, WEBHOOK_SECRET)
    )
    address = deployed.webhook_address(provider)
    request = deliveries.sign_request(recording, provider, settings, secret, time.time(), address)
    before = wait.read_site_snapshot(deployed)
    responses = tuple(
        deliveries.post_request(request, provider, address, time.monotonic)
        for _ in range(2 if options.repeat else 1)
    )
    return SentDelivery(deployed, responses, before, options.bad_signature)


def wait_until_live(sent: SentDelivery, *, progress: Progress = NO_PROGRESS) -> LiveChange:
    """Wait until a delivery is applied and the site shows it. Raises `PlatformError`."""
    deployed = sent.deployed
    with progress.step("Waiting until the delivery is applied"):
        applied = wait.wait_until_applied(
            deployed, sent.responses[0].delivery_id, seconds=WAIT_SECONDS
        )
    with progress.step("Waiting until the site shows it") as step:
        changed = wait.wait_until_published(
            deployed, sent.before, seconds=WAIT_SECONDS, on_progress=step.note
        )
    live_seconds = round(time.monotonic() - sent.before.started, 2)
    return LiveChange(applied, tuple(changed), live_seconds)


def _prepare_sample_delivery(
    provider: str, event: str, settings: Mapping[str, object], options: SendOptions
) -> SampleDelivery:
    """Apply the client's settings, the current time and the edits to a recording.

    The contents of a person's own file stay as they are, apart from the time and the edits.
    """
    file = options.file
    if file is not None and not file.is_file():
        raise UsageError(f"there is no file {file}")
    if file:
        recording = deliveries.load_file(file, event)
    else:
        recording = deliveries.load_recording(provider, event)
        recording = with_client_settings(recording, provider, settings) if settings else recording
    recording = deliveries.with_edits(
        deliveries.with_current_times(recording, datetime.now(UTC)), options.edits
    )
    return deliveries.with_title(recording, *options.new_title) if options.new_title else recording
