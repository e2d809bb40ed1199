"""Views of a client's domain: the DNS records, their check and the next steps."""

from dataclasses import asdict

from platform_cli.api.deployments.domains import DomainCheck, DomainPlan
from platform_cli.operations.dns_records import SITE
from platform_cli.screen import Data, Screen


def show_domain(screen: Screen, plan: DomainPlan) -> None:
    """Show the records to add, and the steps."""
    rows = [[record.purpose, record.name, record.type, record.value] for record in plan.records]
    screen.table("DNS records", ["for", "name", "type", "value"], rows)
    _show_notes(screen, plan)


def show_domain_check(screen: Screen, check: DomainCheck) -> None:
    """Show each record with the values that the DNS has, and the steps that are left."""
    rows = [
        [entry.state, entry.record.purpose, entry.record.name, entry.record.type,
         entry.record.value, entry.found]
        for entry in check.records
    ]  # fmt: skip
    columns = ["state", "for", "name", "type", "value", "the DNS has"]
    screen.table("DNS records", columns, rows)
    if check.passed:
        screen.say(f"{check.plan.domains[0]} reaches the site.")
    else:
        _show_notes(screen, check.plan)


def domain_data(plan: DomainPlan) -> Data:
    """Return the records of a domain as JSON data."""
    return {**_facts_data(plan), "records": [asdict(record) for record in plan.records]}


def domain_check_data(check: DomainCheck) -> Data:
    """Return the check of a domain as JSON data."""
    records = [
        {**asdict(entry.record), "state": entry.state, "found": entry.found}
        for entry in check.records
    ]
    return {**_facts_data(check.plan), "records": records, "passed": check.passed}


def _facts_data(plan: DomainPlan) -> Data:
    certificate = plan.certificate
    return {
        "client_id": plan.client_id,
        "environment": plan.environment,
        "domains": plan.domains,
        "is_example": plan.is_example,
        "has_hosted_zone": plan.has_hosted_zone,
        "certificate": (
            {"arn": certificate.arn, "status": certificate.status, "names": certificate.names}
            if certificate
            else None
        ),
        "steps": plan.steps,
    }


def _show_notes(screen: Screen, plan: DomainPlan) -> None:
    if plan.is_example:
        screen.say("This machine needs no DNS. On AWS the records have this form.")
    if not plan.has_hosted_zone and any(record.purpose == SITE for record in plan.records):
        screen.say(
            "A CNAME cannot stand at the apex of a zone: there, use ALIAS, ANAME or a flattened "
            "CNAME to the same value."
        )
    for number, step in enumerate(plan.steps, 1):
        screen.say(f"{number}. {step}")
