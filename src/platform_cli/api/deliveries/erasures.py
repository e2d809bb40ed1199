"""Erase what is stored of one order or one person."""

from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location
from platform_cli.errors import UsageError
from platform_cli.operations.forms import entries as form_entries
from platform_cli.operations.personal_data import DeployedInbox
from platform_cli.targets.deployments import Deployment
from platform_core import contract
from platform_core.forms.entries import FormEntry
from platform_core.pipeline.ingest import erasure
from platform_core.pipeline.ingest.erasure import Findings, Subject


@dataclass(frozen=True)
class ForgetPlan:
    """The deliveries, the bodies and the entries of forms that are erased."""

    deployed: Deployment
    findings: Findings
    entries: tuple[FormEntry, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stored."""
        return not (self.findings.rows or self.findings.bodies or self.entries)


def plan_forget(
    client: str, *, order: str | None = None, email: str | None = None, **location: Unpack[Location]
) -> ForgetPlan:
    """Find what is stored of an order, or of the person with a mail address.

    Reads every stored delivery of the client, and every entry of its forms. Raises `UsageError`
    unless one of both is given.
    """
    order, email = (order or "").strip(), (email or "").strip()
    if bool(order) == bool(email):
        raise UsageError("name an order or a mail address", hint="--order ID, or --email ADDRESS")
    if email and not all(email.partition("@")):
        raise UsageError(f"not a mail address: {email!r}", hint="--email jane@example.org")
    deployed = find_deployed(client, **location)
    subject = Subject(orders=(order,) if order else (), emails=(email,) if email else ())
    outputs = deployed.stack.outputs
    return ForgetPlan(
        deployed,
        erasure.find_deliveries(DeployedInbox(deployed), subject)
        if contract.OUT_INBOX_TABLE in outputs
        else Findings(),
        tuple(form_entries.find_entries_of(deployed, email))
        if email and form_entries.has_entries(deployed)
        else (),
    )


def forget(plan: ForgetPlan) -> None:
    """Erase what the plan names. There is no way back."""
    if plan.findings.rows or plan.findings.bodies:
        erasure.erase(DeployedInbox(plan.deployed), plan.findings)
    form_entries.delete_entries(plan.deployed, plan.entries)
