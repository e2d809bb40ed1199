"""The entries of a client's contact forms, and their mails on the embedded cloud."""

from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.deployments.lookup import find_deployed, open_deployments
from platform_cli.api.workspaces import Location, load_config
from platform_cli.errors import UsageError
from platform_cli.operations.forms import entries as form_entries
from platform_cli.targets.deployments import Deployment
from platform_core.forms.entries import FormEntry
from platform_core.forms.export import entries_to_csv


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that the embedded cloud took. It went to nobody."""

    at: float
    """Unix seconds."""
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str


def list_form_entries(
    client: str, form: str | None = None, **location: Unpack[Location]
) -> list[FormEntry]:
    """Return the entries of all forms, or of one, the newest first. Raises `UsageError`."""
    entries = form_entries.read_entries(_find_with_forms(client, **location))
    return [entry for entry in entries if form in (None, entry.form)]


def get_form_entry(client: str, entry_id: str, **location: Unpack[Location]) -> FormEntry:
    """Return the entry with this id, or the only one whose id starts so. Raises `UsageError`."""
    entries = list_form_entries(client, **location)
    found = [entry for entry in entries if entry.id.startswith(entry_id)]
    exact = [entry for entry in found if entry.id == entry_id]
    match exact or found:
        case [entry]:
            return entry
        case []:
            problem = f"{client} has no entry {entry_id}"
        case several:
            problem = f"{len(several)} entries start with {entry_id}"
    raise UsageError(problem, hint=f"see `platform forms list {client}`")


def export_form_entries(
    client: str, form: str | None = None, **location: Unpack[Location]
) -> tuple[str, list[FormEntry]]:
    """Return the entries as CSV and as values. Raises `UsageError`."""
    entries = list_form_entries(client, form, **location)
    return entries_to_csv(entries), entries


def list_sent_mails(client: str, **location: Unpack[Location]) -> list[SentMail]:
    """Return the mails to the recipients of a client's forms on the embedded cloud.

    Raises `UsageError` for a client on AWS, which sends them for real.
    """
    workspace = location.get("workspace")
    deployed = _find_with_forms(client, **location)
    if not deployed.target.is_local:
        raise UsageError(
            f"the mails of {client} are in the mailboxes of their recipients",
            hint="--local shows those of the embedded cloud",
        )
    config = load_config(client, location.get("environment"), workspace=workspace)
    recipients = {form.notify for form in config.site.form_definitions}
    mails = (
        SentMail(
            at=mail["Timestamp"],
            sender=mail["Source"],
            recipients=tuple(mail["To"]),
            subject=mail["Subject"],
            text=mail["BodyText"],
        )
        for mail in open_deployments(workspace).cloud.list_mails()
    )
    return [mail for mail in mails if recipients.intersection(mail.recipients)]


def _find_with_forms(client: str, **location: Unpack[Location]) -> Deployment:
    deployed = find_deployed(client, **location)
    if not form_entries.has_entries(deployed):
        raise UsageError(
            f"{client} has no forms",
            hint="add them to its file: site: {forms: {contact: {fields: [name, email, message], "
            "notify: ...}}}",
        )
    return deployed
