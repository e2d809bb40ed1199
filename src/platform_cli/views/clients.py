"""Views of client files: created, validated, listed and described."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_cli.api.clients.inspections import InvalidClient, Validation, ValidClient
from platform_cli.config.load import Configs, relative_path
from platform_cli.screen import Data, Screen
from platform_cli.views.content_reports import describe_report, list_report
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_items,
    show_next,
    show_remaining,
    show_rows,
)

if TYPE_CHECKING:  # only the annotations need these; `list` and `validate` start faster without
    from platform_cli.api.clients.descriptions import ClientDescription
    from platform_cli.api.clients.exports import ClientExport
    from platform_cli.api.clients.scaffolds import CreatedClient, CreatedWorkspace

NO_CLIENTS: Final = "There is no client yet. Create one: platform new-client ID"
MAX_VALID_CLIENTS: Final = 12
MAX_WARNINGS: Final = 6
MAX_REPORT_LINES: Final = 12
"""Numbers of clients and warnings that are shown without `--details`."""
LEVELS: Final = {
    "native": "a usual one (native)",
    "bridged": "works, but is less tested (bridged)",
}
LIST_COLUMNS: Final = {
    "client_id": "client",
    "company_name": "company",
    "domain": "domain",
    "service_tier": "tier",
    "stack_type": "stack",
    "ssg_engine": "engine",
    "environments": "environments",
}


def show_created_workspace(screen: Screen, workspace: "CreatedWorkspace") -> None:
    """Say whether the workspace is new, and show the next step."""
    if workspace.created:
        screen.say(f"Created the workspace {workspace.root}.")
    else:
        screen.say(f"{workspace.root} is already a workspace.")
    place = "" if workspace.root == Path.cwd() else f", in {workspace.root}"
    show_next(
        screen,
        ("platform new-client ID", f"creates a client from a starter{place}"),
        ("platform adopt DIR|GIT_URL", f"creates a client from an existing site{place}"),
    )


def created_workspace_data(workspace: "CreatedWorkspace") -> Data:
    """Return the workspace as JSON data."""
    return {"workspace": str(workspace.root), "created": list(workspace.created)}


def show_created_client(screen: Screen, client: "CreatedClient") -> None:
    """Show the files of a new client, its example settings, and the next steps."""
    file = relative_path(client.file)
    screen.say(f"Created client {client.client_id}: {file}, with its site in {client.file.stem}/.")
    for setting in client.examples:
        screen.warn(f"{setting} is an example; replace it in {file}")
    screen.say("Next:")
    screen.say(f"  platform validate {client.client_id}")
    screen.say(f"  platform deploy {client.client_id} --local")
    for provider, name in client.secrets:
        screen.say(f"  platform secrets set {client.client_id} {provider} {name}")


def created_client_data(client: "CreatedClient") -> Data:
    """Return a new client as JSON data."""
    return {
        "client_id": client.client_id,
        "file": str(client.file),
        "source": str(client.source),
        "engine": client.engine,
        "stack_type": client.stack_type,
        "examples": list(client.examples),
    }


def show_validation(screen: Screen, validation: Validation, *, details: bool = False) -> None:
    """Show the number of valid clients in a sentence; the caller raises the other findings."""
    clients, findings = validation.clients, validation.findings
    if not clients:
        if not findings:
            screen.say(NO_CLIENTS)
        return
    show_answer(screen, _describe_validation(validation))
    shown = clients if details else clients[:MAX_VALID_CLIENTS]
    rows = [
        [client.client_id, ", ".join(client.environments), LEVELS.get(client.level, client.level)]
        for client in shown
    ]
    if rows:
        screen.write("")
        show_rows(screen, rows, ("client", "environments", "its combination"))
    show_remaining(screen, len(clients) - len(shown), "clients")
    texts = [warning for client in clients for warning in client.warnings]
    warned = texts if details or screen.flags.json else texts[:MAX_WARNINGS]
    for warning in warned:
        screen.warn(warning)
    show_remaining(screen, len(texts) - len(warned), "warnings")
    for client in shown:
        _show_content_reports(screen, client, details=details or len(clients) == 1)
    if not findings:
        first = clients[0].client_id
        show_next(screen, (f"platform deploy {first} --local", "builds its site on this machine"))


def _show_content_reports(screen: Screen, client: ValidClient, *, details: bool) -> None:
    """Show the content that is not on the client's sites, as of the last build known here."""
    for environment, report in client.content.items():
        if text := describe_report(report):
            screen.say(f"{client.client_id} ({environment}), as of {report.read_at[:19]}Z: {text}.")
            lines = list(list_report(report)) if details else []
            show_items(screen, lines[:MAX_REPORT_LINES])
            show_remaining(screen, max(len(lines) - MAX_REPORT_LINES, 0), "lines")


def _describe_validation(validation: Validation) -> str:
    valid = count_noun(len(validation.clients), "client")
    verb = "is" if len(validation.clients) == 1 else "are"
    if validation.findings:
        errors = count_noun(len(validation.findings), "error")
        return f"{valid} {verb} valid. {errors} in other files, see below."
    warnings = sum(len(client.warnings) for client in validation.clients)
    with_warnings = f", with {count_noun(warnings, 'warning')}" if warnings else ""
    return f"{valid} {verb} valid{with_warnings}: ready to deploy."


def validation_data(validation: Validation) -> Data:
    """Return the valid clients as JSON data."""
    return {
        "clients": [
            {
                "client_id": client.client_id,
                "environments": list(client.environments),
                "stack_type": client.stack_type,
                "level": client.level,
                "reason": client.reason,
                "hint": client.hint,
                "content": {
                    environment: asdict(report) for environment, report in client.content.items()
                },
            }
            for client in validation.clients
        ]
    }


def show_clients(screen: Screen, clients: list[Configs | InvalidClient]) -> None:
    """Show a table of all clients, and a warning for each that is not valid."""
    for client in clients:
        if isinstance(client, InvalidClient):
            screen.warn(f"{client.client_id} is not valid: run `platform validate`")
    rows = [[data.get(column) for column in LIST_COLUMNS] for data in map(_client_data, clients)]
    if rows:
        screen.table("Clients", list(LIST_COLUMNS.values()), rows)
    else:
        screen.say(NO_CLIENTS)


def clients_data(clients: list[Configs | InvalidClient]) -> Data:
    """Return all clients as JSON data."""
    return {"clients": [_client_data(client) for client in clients]}


def show_description(screen: Screen, description: "ClientDescription") -> None:
    """Show the parts and the computed names of a client."""
    rows = [
        *_identity(description).items(),
        ("parts", ", ".join(description.parts)),
        *description.names.items(),
    ]
    screen.table(description.config.company_name, ["", ""], rows)


def description_data(description: "ClientDescription") -> Data:
    """Return a client's config, parts and names as JSON data."""
    return {
        **_identity(description),
        "parts": list(description.parts),
        "names": dict(description.names),
        "config": description.config.model_dump(mode="json"),
    }


def _client_data(client: Configs | InvalidClient) -> Data:
    if isinstance(client, InvalidClient):
        return {"client_id": client.client_id, "valid": False, "findings": client.findings}
    config = next(iter(client.values()))
    return {
        "client_id": config.client_id,
        "valid": True,
        "company_name": config.company_name,
        "domain": config.domain,
        "service_tier": config.service_tier,
        "integration_mode": config.service_integration.integration_mode,
        "ssg_engine": config.service_integration.ssg_engine,
        "stack_type": config.stack_type,
        "deployment_name": config.deployment_name,
        "environments": list(client),
        "labels": config.labels,
    }


def _identity(description: "ClientDescription") -> Data:
    config = description.config
    return {
        "client_id": config.client_id,
        "environment": config.environment,
        "stack_type": config.stack_type,
        "service_type": config.service_type,
        "deployment_name": config.deployment_name,
        "resource_prefix": config.resource_prefix,
        "integration_mode": config.service_integration.integration_mode,
        "ssg_engine": config.service_integration.ssg_engine,
    }


def show_export(screen: Screen, export: "ClientExport") -> None:
    """Show the contents of an export, and what it leaves out."""
    content = "no content" if export.items is None else count_noun(export.items, "item")
    screen.say(f"Exported {count_noun(export.files, 'file')} and {content} to {export.path}.")
    screen.say(
        "It holds no values of secrets, no deliveries and no logs, which can hold personal data."
    )
    for name in export.left_out:
        screen.warn(f"left out, because it can hold secrets: {name}")
    screen.say("Its README.md has the steps of the new owner.")


def export_data(export: "ClientExport") -> Data:
    """Return an export as JSON data."""
    return {**asdict(export), "path": str(export.path)}
