"""Views of a client's vendors: secrets, webhooks, content and synchronization."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime

from platform_cli.api.operations.content import ContentItem, SyncResult
from platform_cli.api.operations.secret_imports import SecretImport
from platform_cli.api.operations.webhooks import WebhookReport
from platform_cli.operations.content_sync import ProviderSync
from platform_cli.screen import Data, Screen
from platform_cli.targets.deployments import command_arguments
from platform_cli.targets.secrets import SecretStatus
from platform_cli.times import format_time
from platform_core.webhooks.addresses import AddressTokens
from platform_core.webhooks.request import WEBHOOK_SECRET


def show_secrets(screen: Screen, secrets: Sequence[SecretStatus]) -> None:
    """Show the names and ages of secrets, never their values."""
    now = datetime.now(UTC)
    rows = [
        [
            secret.provider,
            secret.name,
            "yes" if secret.is_set else "no",
            f"{(now - secret.changed_at).days} d" if secret.changed_at else "",
            format_time(secret.previous_until),
            _note(secret),
        ]
        for secret in secrets
    ]
    columns = ["provider", "name", "set", "age", "previous valid until", "note"]
    screen.table("Secrets", columns, rows)
    for secret in secrets:
        if secret.weakness:
            verified = (
                ". Deliveries are still verified with it." if secret.name == WEBHOOK_SECRET else ""
            )
            screen.warn(
                f"{secret.name} of {secret.provider} {secret.weakness}: replace it with "
                f"`platform secrets rotate`{verified}"
            )


def _note(secret: SecretStatus) -> str:
    notes = (
        f"weak: {secret.weakness}" if secret.weakness else "",
        f"the build gets it as {secret.build_variable}" if secret.build_variable else "",
    )
    return "; ".join(filter(None, notes))


def secrets_data(secrets: Sequence[SecretStatus]) -> Data:
    """Return the names and ages of secrets as JSON data."""
    return {
        "secrets": [
            {
                "provider": secret.provider,
                "name": secret.name,
                "set": secret.is_set,
                "changed_at": secret.changed_at.isoformat() if secret.changed_at else None,
                "previous_until": format_time(secret.previous_until),
                "weakness": secret.weakness or None,
                "build_variable": secret.build_variable or None,
            }
            for secret in secrets
        ]
    }


def show_import(screen: Screen, result: SecretImport) -> None:
    """Show which secrets were set and which variables were left out, never a value."""
    rows = [
        *(["set", secret.variable, secret.where, ""] for secret in result.set),
        *(["unchanged", secret.variable, secret.where, ""] for secret in result.unchanged),
        *(["left out", entry.variable, entry.where, entry.hint] for entry in result.unknown),
    ]
    screen.table("Secrets", ["result", "variable", "place", "note"], rows)
    if result.set:
        screen.say(
            "Running functions use the new values within a minute, the site's build from the next "
            "one on."
        )


def import_data(client: str, result: SecretImport) -> Data:
    """Return an import as JSON data."""
    return {"client_id": client, **asdict(result)}


def show_webhooks(screen: Screen, report: WebhookReport) -> None:
    """Show the state of the webhooks at each vendor."""
    rows = [
        [entry.provider, entry.state, entry.address, entry.note] for entry in report.registrations
    ]
    screen.table("Webhooks", ["provider", "state", "address", "note"], rows)
    show_former_address(screen, report.address_tokens)
    if providers := report.to_move_by_hand:
        screen.warn(
            f"move the webhooks of {', '.join(providers)} by hand (no API shows whether they are "
            f"moved): `platform webhooks register {_arguments(report)}` lists the steps"
        )
    if rows and not report.address_tokens.current and not report.is_local:
        screen.say(
            "These addresses can be guessed. To protect them from floods: "
            f"platform webhooks rotate {_arguments(report)}"
        )


def show_former_address(screen: Screen, tokens: AddressTokens) -> None:
    """Show the end of the former address, if there is one."""
    if tokens.former:
        screen.say(f"The former address works until {former_until(tokens)}.")


def former_until(tokens: AddressTokens) -> str | None:
    """Return the time at which the former address ends; None without one."""
    return format_time(tokens.former.until) if tokens.former else None


def _arguments(report: WebhookReport) -> str:
    return command_arguments(report.client_id, report.environment, is_local=report.is_local)


def show_manual_steps(screen: Screen, report: WebhookReport) -> None:
    """Show the steps that a person has to take at a vendor."""
    for entry in report.registrations:
        for number, step in enumerate(entry.steps, 1):
            screen.say(f"{entry.provider} {number}. {step}")


def webhooks_data(report: WebhookReport) -> Data:
    """Return the webhooks as JSON data."""
    return {
        "webhooks": [asdict(entry) for entry in report.registrations],
        "former_until": former_until(report.address_tokens),
    }


def show_content(screen: Screen, items: Sequence[ContentItem]) -> None:
    """Show a table of content items."""
    columns = [field.name for field in fields(ContentItem)]
    rows = [[getattr(item, column) for column in columns] for item in items]
    screen.table("Content", columns, rows)


def content_data(items: Sequence[ContentItem]) -> Data:
    """Return content items as JSON data."""
    return {"items": [asdict(item) for item in items]}


def show_sync(screen: Screen, result: SyncResult) -> None:
    """Show the numbers of a synchronization by provider."""
    rows = [
        [reading.provider, reading.listed, reading.written, reading.removed]
        for reading in (*result.read, *result.retired)
    ]
    screen.table("Synchronized", ["provider", "listed", "written", "removed"], rows)
    for reading in result.read:
        _show_reading(screen, reading)
    for reading in result.untitled_providers:
        screen.warn(
            f"all {reading.public} public items of {reading.provider} are Untitled, so a site of "
            "them is not built: the title has another name in the CMS, or its values are in "
            "another language than settings.locale"
        )


def _show_reading(screen: Screen, reading: ProviderSync) -> None:
    """Show the items that are not public, by reason, and those that keep an old address."""
    for reason, count in sorted(reading.left_out.items()):
        screen.say(f"{reading.provider}: {count} not on the site: {reason}")
    for reason, count in sorted(reading.passed_over.items()):
        screen.say(f"{reading.provider}: {count} not used: {reason}")
    for kept, slug in sorted(reading.moves.items()):
        screen.say(
            f"{reading.provider}: stays at {kept}; as a new item it would be at {slug}. To move "
            "it, set its slug."
        )


def sync_data(result: SyncResult) -> Data:
    """Return a synchronization as JSON data."""
    return {
        "client_id": result.client_id,
        "read": [asdict(reading) for reading in result.read],
        "retired": [asdict(reading) for reading in result.retired],
    }
