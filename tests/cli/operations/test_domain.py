"""The DNS records of a domain that is not at Route 53, and their check. No network is used."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from platform_cli import api
from platform_cli.api.operations.checks import CheckState
from platform_cli.api.operations.domain_checks import check_domains
from platform_cli.blueprint.model import Names
from platform_cli.errors import Exit, PlatformError
from platform_cli.local.addresses import SiteAddresses
from platform_cli.operations.dns_records import (
    SITE,
    CheckedRecord,
    DnsRecord,
    RecordState,
    check_issuers,
    check_record,
)
from platform_cli.targets.deployments import Deployment, Deployments
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import Target
from platform_core import contract
from tests.cli.conftest import Call

ARN = "arn:aws:acm:us-east-1:111122223333:certificate/own"
EDGE = "d2edge.cloudfront.net"
Records = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass
class Account:
    """The certificates and the distribution of an AWS account."""

    certificates: dict[str, dict[str, Any]] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)
    """Regions in which ACM was called."""

    def add(self, arn: str, *names: str, status: str = "PENDING_VALIDATION") -> str:
        self.certificates[arn] = {
            "CertificateArn": arn,
            "DomainName": names[0],
            "SubjectAlternativeNames": list(names),
            "Status": status,
            "DomainValidationOptions": [
                {
                    "DomainName": name,
                    "ResourceRecord": {
                        "Name": f"_1.{name.removeprefix('*.')}.", "Type": "CNAME",
                        "Value": f"_2.{name.removeprefix('*.')}.acm-validations.aws.",
                    },
                }
                for name in names
            ],
        }  # fmt: skip
        return arn

    def describe_certificate(self, CertificateArn: str) -> dict[str, Any]:  # noqa: N803
        return {"Certificate": self.certificates[CertificateArn]}

    def request_certificate(
        self, DomainName: str, SubjectAlternativeNames: Any = (), **_: object  # noqa: N803
    ) -> dict[str, Any]:  # fmt: skip
        return {"CertificateArn": self.add("arn:new", DomainName, *SubjectAlternativeNames)}

    def get_paginator(self, _: str) -> "Account":
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        return [{"CertificateSummaryList": list(self.certificates.values())}]

    def get_distribution(self, Id: str) -> dict[str, Any]:  # noqa: N803
        assert Id == "EDGE1"
        return {"Distribution": {"DomainName": EDGE}}


@dataclass(frozen=True)
class OnAws(Target):
    """A target on AWS whose services are an account in memory."""

    services: Account = field(default_factory=Account)

    def client(self, service: str, **_: object) -> Any:
        if service == "acm":
            self.services.regions.add(self.region)
        return self.services


class Dns:
    """A DNS with these records."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        if self.records.get((name, "fails")):
            raise PlatformError("no server answers")
        return self.records.get((name, kind), ())


@pytest.fixture
def account(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The client of the workspace, deployed to an account in memory."""
    account = Account()
    deploy(monkeypatch, OnAws("aws", "eu-west-1", "111122223333", services=account))
    return account


def deploy(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    names = Names("acme", "prod", "acme-prod", "Acme-Prod", "a_stack")
    stack = Stack("Acme-Prod", "CREATE_COMPLETE", {contract.OUT_DISTRIBUTION: "EDGE1"})
    deployed = Deployment(names, target, stack, SiteAddresses("https://acme.example", "", ""))
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: deployed)


def set_site(workspace: Path, site: str) -> None:
    file = workspace / "clients" / "acme.yaml"
    text = file.read_text().replace("site: {source: local}", f"site: {{{site}}}")
    file.write_text(text.replace("environments:\n  staging: {domain: staging.acme.example}\n", ""))


def rows(data: Any) -> list[tuple[str, str, str]]:
    return [(record["purpose"], record["name"], record["value"]) for record in data["records"]]


def test_the_records_of_certificate_and_site(workspace: Path, account: Account, call: Call) -> None:
    set_site(workspace, f"certificate_arn: '{ARN}', aliases: [www.acme.example]")
    account.add(ARN, "acme.example", "www.acme.example")
    data = call("domain", "records", "acme", "--json").json["data"]
    assert rows(data) == [
        ("certificate", "_1.acme.example", "_2.acme.example.acm-validations.aws"),
        ("certificate", "_1.www.acme.example", "_2.www.acme.example.acm-validations.aws"),
        ("site", "acme.example", EDGE),
        ("site", "www.acme.example", EDGE),
    ]
    assert data["certificate"]["status"] == "PENDING_VALIDATION"
    assert account.regions == {"us-east-1"}, "CloudFront reads certificates of this region only"


def test_one_record_validates_a_name_and_its_wildcard(
    workspace: Path, account: Account, call: Call
) -> None:
    set_site(workspace, f"certificate_arn: '{ARN}', aliases: [www.acme.example]")
    account.add(ARN, "acme.example", "*.acme.example")
    data = call("domain", "records", "acme", "--json").json["data"]
    assert [purpose for purpose, _, _ in rows(data)] == ["certificate", "site", "site"]


def test_a_client_without_a_certificate_gets_one_on_request(
    workspace: Path, account: Account, call: Call
) -> None:
    set_site(workspace, "aliases: [www.acme.example]")
    account.add("arn:other", "other.example")
    data = call("domain", "records", "acme", "--json").json["data"]
    assert data["certificate"] is None
    assert "--request-certificate" in data["steps"][0]
    data = call("domain", "records", "acme", "--request-certificate", "--json").json["data"]
    assert data["certificate"]["names"] == ["acme.example", "www.acme.example"]
    assert "arn:new" in "".join(data["steps"]), "the next step is to name it in the file"
    assert call("domain", "records", "acme", "--json").json["data"]["certificate"] is not None
    again = call("domain", "records", "acme", "--request-certificate")
    assert again.code == Exit.USAGE
    assert "arn:new" in again.err


def test_an_uncovered_alias_is_named(workspace: Path, account: Account, call: Call) -> None:
    set_site(workspace, f"certificate_arn: '{ARN}', aliases: [acme.org]")
    account.add(ARN, "acme.example", status="ISSUED")
    called = call("domain", "records", "acme")
    assert "the certificate is not valid for acme.org" in called.err


def test_this_machine_shows_the_form_of_the_records(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    deploy(monkeypatch, Target("local", "us-east-1", "000000000000"))
    for verb in ("records", "verify"):
        called = call("domain", verb, "acme")
        assert called.code == Exit.OK
        assert "acm-validations.aws" in called.out
        assert "cloudfront.net" in called.out
        assert "On AWS the records have this form" in called.err
    assert call("domain", "records", "acme", "--request-certificate").code == Exit.USAGE


# --- the check ------------------------------------------------------------------------------------

RECORD = DnsRecord(SITE, "acme.example", "CNAME", EDGE)
SERVED = {(EDGE, "A"): ("192.0.2.1", "192.0.2.2")}


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ({("acme.example", "CNAME"): (EDGE,)}, RecordState.OK),
        ({("acme.example", "CNAME"): ("D2Edge.CloudFront.net.",)}, RecordState.OK),
        ({**SERVED, ("acme.example", "A"): ("192.0.2.2",)}, RecordState.OK),
        ({**SERVED, ("acme.example", "A"): ("203.0.113.9",)}, RecordState.DIFFERENT),
        ({("acme.example", "CNAME"): ("old-host.example",)}, RecordState.DIFFERENT),
        ({**SERVED, ("acme.example", "CNAME"): ("apex.example",),
          ("acme.example", "A"): ("192.0.2.1",)}, RecordState.OK),
        (SERVED, RecordState.MISSING),
        ({("acme.example", "fails"): ("yes",)}, RecordState.UNKNOWN),
    ],
)  # fmt: skip
def test_a_record_is_compared_with_the_dns(records: Records, state: RecordState) -> None:
    assert check_record(RECORD, Dns(records)).state is state


@pytest.mark.parametrize(
    ("records", "is_allowed"),
    [
        ({}, True),
        ({("acme.example", "CAA"): ('0 issue "amazon.com"',)}, True),
        ({("acme.example", "CAA"): ('0 issue "ca.example"', '0 issue "amazontrust.com"')}, True),
        ({("acme.example", "CAA"): ('0 issue "letsencrypt.org"',)}, False),
        ({("acme.example", "CAA"): ('0 issue ";"',)}, False),
        ({("acme.example", "CAA"): ('0 iodef "mailto:a@acme.example"',)}, True),
        ({("example", "CAA"): ('0 issue "letsencrypt.org"',)}, False),
        ({("acme.example", "CAA"): ('0 issue "amazon.com"',),
          ("example", "CAA"): ('0 issue "letsencrypt.org"',)}, True),
    ],
)  # fmt: skip
def test_a_caa_record_can_forbid_the_certificate(records: Records, is_allowed: bool) -> None:
    found: CheckedRecord | None = check_issuers("acme.example", Dns(records))
    assert (found is None) is is_allowed


def test_a_domain_passes_with_its_records_and_an_issued_certificate(
    workspace: Path, account: Account
) -> None:
    set_site(workspace, f"certificate_arn: '{ARN}'")
    dns = Dns(
        {
            ("acme.example", "CNAME"): (EDGE,),
            ("_1.acme.example", "CNAME"): ("_2.acme.example.acm-validations.aws",),
        }
    )
    account.add(ARN, "acme.example")
    assert not api.verify_domain("acme", resolver=dns).passed, "the certificate is not issued yet"
    account.add(ARN, "acme.example", status="ISSUED")
    assert api.verify_domain("acme", resolver=dns).passed
    missing = api.verify_domain("acme", resolver=Dns({}))
    assert not missing.passed
    assert {entry.state for entry in missing.records} == {RecordState.MISSING}


def test_a_hosted_zone_is_the_work_of_the_stack(workspace: Path, account: Account) -> None:
    set_site(workspace, "hosted_zone_id: Z0123456789ABC, hosted_zone_name: acme.example")
    records: Records = {**SERVED, ("acme.example", "A"): ("192.0.2.1",)}
    check = api.verify_domain("acme", resolver=Dns(records))
    assert check.passed
    assert [entry.record.purpose for entry in check.records] == ["site"]
    assert not api.verify_domain("acme", resolver=Dns(SERVED)).passed, "the zone is not delegated"


# --- the doctor -----------------------------------------------------------------------------------


def test_the_doctor_looks_up_the_domains_of_clients_on_aws(
    workspace: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_domains(workspace, Dns({})).verdict is CheckState.OK, "no client needs it"
    set_site(workspace, f"certificate_arn: '{ARN}'")
    record = {"target": "aws", "region": "eu-west-1", "account": "1", "stack": "Acme-Prod"}
    folder = workspace / ".platform" / "deployments"
    folder.mkdir(parents=True)
    (folder / "acme-prod.json").write_text(json.dumps(record))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "no secret")
    account.add(ARN, "acme.example", status="ISSUED")
    check = check_domains(workspace, Dns({}))
    assert (check.verdict, check.found) == (CheckState.NOT_OK, "1 of 1 do not reach their site")
    assert check.advice == "platform domain verify acme --env prod"
