"""Check at SES the senders of the forms of clients on AWS."""

from collections.abc import Iterator
from typing import Final

from platform_cli.api.clients.inspections import InvalidClient, list_clients
from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.operations.checks import Check, CheckState
from platform_cli.api.workspaces import WorkspacePath
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Names
from platform_cli.errors import PlatformError, UsageError
from platform_cli.operations.forms.senders import SenderState, check_sender, is_in_sandbox
from platform_cli.targets.target import CLOUD, Target, has_credentials
from platform_core.forms.definition import FormDefinition

NAME: Final = "form mails"
VERIFY: Final = "open the link in SES's mail, or: aws sesv2 create-email-identity --email-identity"


def check_senders(workspace: WorkspacePath) -> Check:
    """Look up the senders of deployed forms and, in SES's sandbox, the recipients."""
    try:
        clients = list(_find_clients(workspace))
    except UsageError:
        return Check(NAME, CheckState.UNKNOWN, "no workspace here", "create one: platform init DIR")
    if not clients:
        return Check(NAME, CheckState.OK, "no forms on AWS")
    if not has_credentials():
        return Check(NAME, CheckState.UNKNOWN, f"{len(clients)}, not looked up", "sign in to AWS")
    try:
        unverified = sorted(
            {
                address
                for names, forms in clients
                for address in _find_unverified(
                    open_deployments(workspace).open_deployed_target(names), forms
                )
            }
        )
    except PlatformError as error:
        finding = error.findings[0]
        return Check(NAME, CheckState.UNKNOWN, finding.message, finding.hint)
    if unverified:
        found = f"not verified at SES: {', '.join(unverified)}"
        return Check(NAME, CheckState.NOT_OK, found, f"{VERIFY} {unverified[0]}")
    return Check(NAME, CheckState.OK, f"the senders of {len(clients)} clients are verified")


def _find_unverified(target: Target, forms: tuple[FormDefinition, ...]) -> Iterator[str]:
    addresses = {form.sender for form in forms}
    if is_in_sandbox(target):
        addresses |= {form.notify for form in forms}
    for address in addresses:
        if check_sender(target, address) is not SenderState.VERIFIED:
            yield address


def _find_clients(
    workspace: WorkspacePath,
) -> Iterator[tuple[Names, tuple[FormDefinition, ...]]]:
    """Yield the names and the forms of each client that is deployed to AWS."""
    for configs in list_clients(workspace=workspace):
        if isinstance(configs, InvalidClient):
            continue
        for config in configs.values():
            if not config.site.forms:
                continue
            names = compose(config).names
            record = open_deployments(workspace).get_record(names)
            if record is not None and record.target == CLOUD:
                yield names, config.site.form_definitions
