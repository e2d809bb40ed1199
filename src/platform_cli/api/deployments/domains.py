"""The DNS records of a client's domain, for a domain whose DNS is not at Route 53."""

from dataclasses import dataclass, replace
from typing import Final, Unpack

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location, load_config
from platform_cli.config.model import ClientServiceConfig
from platform_cli.errors import UsageError
from platform_cli.operations.dns_records import (
    CERTIFICATE,
    SITE,
    CheckedRecord,
    DnsRecord,
    RecordState,
    Resolver,
    SystemResolver,
    check_issuers,
    check_record,
)
from platform_cli.targets import certificates
from platform_cli.targets.certificates import ISSUED, Certificate
from platform_cli.targets.deployments import Deployment
from platform_core import contract

EXAMPLE_DISTRIBUTION: Final = "d111111abcdef8.cloudfront.net"
"""The form of a name that only AWS knows. AWS's documentation uses this one."""


@dataclass(frozen=True, slots=True)
class DomainPlan:
    """The records that the domain of a client needs, and the steps to them."""

    client_id: str
    environment: str
    domains: tuple[str, ...]
    """The main domain, then its aliases."""
    is_example: bool
    """True on this machine: the records show their form only."""
    has_hosted_zone: bool
    """True if the stack makes all records in a hosted zone of Route 53."""
    certificate: Certificate | None
    records: tuple[DnsRecord, ...]
    steps: tuple[str, ...]
    """Sentences for a person, in order."""

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The domains for which the certificate is not valid."""
        certificate = self.certificate
        return tuple(name for name in self.domains if certificate and not certificate.covers(name))


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """The records of a client's domain, compared with the DNS."""

    plan: DomainPlan
    records: tuple[CheckedRecord, ...]

    @property
    def passed(self) -> bool:
        """Whether visitors reach the site at each domain, with a valid certificate."""
        plan = self.plan
        has_certificate = plan.has_hosted_zone or (
            plan.certificate is not None
            and plan.certificate.status == ISSUED
            and not plan.uncovered
        )
        return has_certificate and all(entry.state is RecordState.OK for entry in self.records)


def plan_domain(client: str, **location: Unpack[Location]) -> DomainPlan:
    """Return the exact DNS records of a deployed client's domain: certificate and site.

    The embedded cloud has neither, so there the records show the form of those on AWS.
    """
    deployed = find_deployed(client, **location)
    config = _load_config_of(deployed, location)
    if deployed.target.is_local:
        return _make_plan(config, EXAMPLE_DISTRIBUTION, _make_example_certificate(config))
    certificate = None
    if config.site.certificate_arn:
        certificate = certificates.read_certificate(deployed.target, config.site.certificate_arn)
    elif not config.site.hosted_zone_id:
        certificate = certificates.find_certificate(deployed.target, _list_names(config))
    return _make_plan(config, _read_distribution(deployed), certificate)


def verify_domain(
    client: str, *, resolver: Resolver | None = None, **location: Unpack[Location]
) -> DomainCheck:
    """Compare the records of a client's domain with the DNS.

    `resolver` defaults to the DNS servers of this machine. The examples of the embedded cloud are
    not looked up.
    """
    plan = plan_domain(client, **location)
    if plan.is_example:
        return DomainCheck(
            plan, tuple(CheckedRecord(record, RecordState.UNKNOWN) for record in plan.records)
        )
    dns = resolver or SystemResolver()
    checked = [check_record(record, dns) for record in plan.records]
    if plan.certificate is None or plan.certificate.status != ISSUED:
        checked += filter(None, (check_issuers(name, dns) for name in plan.domains))
    return DomainCheck(plan, tuple(checked))


def request_certificate(client: str, **location: Unpack[Location]) -> DomainPlan:
    """Request a certificate for a client's domain and aliases, and return its records. It is free.

    Raises `UsageError` if the client has a certificate or a hosted zone, or runs on this machine.
    """
    plan = plan_domain(client, **location)
    if plan.is_example:
        raise UsageError(
            f"{client} runs on this machine, which needs no certificate",
            hint=f"platform deploy {client}",
        )
    if plan.has_hosted_zone or plan.certificate is not None:
        present = plan.certificate.arn if plan.certificate else "a hosted zone"
        raise UsageError(f"{client} has {present}, so it needs no other certificate")
    deployed = find_deployed(client, **location)
    certificate = certificates.request_certificate(deployed.target, plan.domains)
    config = _load_config_of(deployed, location)
    return _make_plan(config, _read_distribution(deployed), certificate)


def _load_config_of(deployed: Deployment, location: Location) -> ClientServiceConfig:
    names = deployed.names
    return load_config(names.client_id, names.environment, workspace=location.get("workspace"))


def _read_distribution(deployed: Deployment) -> str:
    distribution = deployed.output(contract.OUT_DISTRIBUTION)
    return certificates.read_distribution_domain(deployed.target, distribution)


def _list_names(config: ClientServiceConfig) -> tuple[str, ...]:
    return (config.domain, *config.site.aliases)


def _make_plan(
    config: ClientServiceConfig, distribution: str, certificate: Certificate | None
) -> DomainPlan:
    names, has_zone = _list_names(config), config.site.hosted_zone_id is not None
    validation = certificate.validation if certificate and not has_zone else ()
    plan = DomainPlan(
        client_id=config.client_id,
        environment=str(config.environment),
        domains=names,
        is_example=distribution == EXAMPLE_DISTRIBUTION,
        has_hosted_zone=has_zone,
        certificate=certificate,
        records=(
            *(DnsRecord(CERTIFICATE, _bare(one.name), "CNAME", _bare(one.value))
              for one in validation),
            *(DnsRecord(SITE, name, "CNAME", distribution) for name in names),
        ),
        steps=(),
    )  # fmt: skip
    return replace(plan, steps=tuple(_list_steps(plan, config)))


def _make_example_certificate(config: ClientServiceConfig) -> Certificate:
    """Return a certificate as ACM would answer, with placeholders for what it makes up."""
    names = _list_names(config)
    records = tuple(
        certificates.ValidationRecord(f"_HASH.{name}", "_HASH.TOKEN.acm-validations.aws")
        for name in names
    )
    return Certificate("", "PENDING_VALIDATION", names, records)


def _list_steps(plan: DomainPlan, config: ClientServiceConfig) -> list[str]:
    """Return what is left to do, in order."""
    client = plan.client_id
    if plan.is_example:
        return [f"deploy {client} to AWS, which makes up the names: platform deploy {client}"]
    if plan.has_hosted_zone:
        return ["the stack makes these records in the hosted zone; nothing is left to do here"]
    if plan.certificate is None:
        return [
            f"request a certificate: platform domain records {client} --request-certificate",
            "add its records, which the next call of this command prints",
        ]
    steps = []
    if plan.uncovered:
        steps.append(
            f"the certificate is not valid for {', '.join(plan.uncovered)}: use another one"
        )
    if plan.certificate.status != ISSUED:
        steps.append("add the records of the certificate; ACM issues it within minutes to hours")
    if not config.site.certificate_arn:
        steps += [
            f"set site.certificate_arn in the client's file: {plan.certificate.arn}",
            f"deploy, so that the site accepts its domain: platform deploy {client}",
        ]
    return [*steps, f"add the records of the site, then: platform domain verify {client}"]


def _bare(name: str) -> str:
    return name.removesuffix(".")
