"""The certificate and the distribution of a site's domain, as AWS has them."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from platform_cli.blueprint.model import CERTIFICATES_REGION
from platform_cli.errors import PlatformError
from platform_cli.targets.service_errors import to_service_error
from platform_cli.targets.target import Target

ISSUED: Final = "ISSUED"
RECORD_POLLS: Final = 15
RECORD_POLL_SECONDS: Final = 2.0
USABLE: Final = ("ISSUED", "PENDING_VALIDATION")


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """The CNAME record with which ACM validates a name of a certificate."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of ACM in the region that CloudFront reads."""

    arn: str
    status: str
    """`PENDING_VALIDATION`, `ISSUED`, `EXPIRED`, ..."""
    names: tuple[str, ...]
    validation: tuple[ValidationRecord, ...] = ()
    """Empty for an imported certificate, and in the seconds after a request."""

    def covers(self, name: str) -> bool:
        """Return whether the certificate is valid for a name.

        >>> Certificate("", ISSUED, ("*.acme.example",)).covers("www.acme.example")
        True
        """
        _, _, parent = name.partition(".")
        return name in self.names or f"*.{parent}" in self.names


def read_certificate(target: Target, arn: str) -> Certificate:
    """Read a certificate and its validation records. Raises `PlatformError`."""
    from botocore.exceptions import ClientError

    try:
        answer = _acm(target).describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        raise to_service_error(error) from error
    records = (option.get("ResourceRecord") for option in answer.get("DomainValidationOptions", ()))
    found = (ValidationRecord(record["Name"], record["Value"]) for record in records if record)
    return Certificate(
        arn=answer["CertificateArn"],
        status=answer["Status"],
        names=tuple(answer.get("SubjectAlternativeNames") or (answer["DomainName"],)),
        validation=tuple(dict.fromkeys(found)),
    )


def find_certificate(target: Target, names: Sequence[str]) -> Certificate | None:
    """Find a certificate of the account for all of these names, an issued one first."""
    from botocore.exceptions import ClientError

    try:
        pages = _acm(target).get_paginator("list_certificates")
        arns = [
            summary["CertificateArn"]
            for page in pages.paginate(CertificateStatuses=list(USABLE))
            for summary in page["CertificateSummaryList"]
            if _shares_name(summary, names)
        ]
    except ClientError as error:
        raise to_service_error(error) from error
    certificates = [read_certificate(target, arn) for arn in arns]
    covering = [one for one in certificates if all(map(one.covers, names))]
    return min(covering, key=lambda one: one.status != ISSUED, default=None)


def request_certificate(target: Target, names: Sequence[str]) -> Certificate:
    """Request a certificate for these names, and wait until ACM names its records. It is free.

    ACM answers a repeated request within an hour with the same certificate.
    """
    from botocore.exceptions import ClientError

    token = hashlib.sha256(",".join(names).encode()).hexdigest()[:32]
    further = {"SubjectAlternativeNames": list(names[1:])} if names[1:] else {}
    try:
        answer = _acm(target).request_certificate(
            DomainName=names[0], ValidationMethod="DNS", IdempotencyToken=token, **further
        )
    except ClientError as error:
        raise to_service_error(error) from error
    for _ in range(RECORD_POLLS):
        certificate = read_certificate(target, answer["CertificateArn"])
        if len(certificate.validation) == len(names):
            break
        time.sleep(RECORD_POLL_SECONDS)
    return certificate


def read_distribution_domain(target: Target, distribution: str) -> str:
    """Return the name of a distribution, such as `d111111abcdef8.cloudfront.net`."""
    from botocore.exceptions import ClientError

    try:
        answer = target.client("cloudfront").get_distribution(Id=distribution)
    except ClientError as error:
        raise to_service_error(error) from error
    domain = answer["Distribution"].get("DomainName")
    if not domain:
        raise PlatformError(f"AWS names no domain of the distribution {distribution}")
    return str(domain)


def _acm(target: Target) -> Any:
    return replace(target, region=CERTIFICATES_REGION).client("acm")


def _shares_name(summary: dict[str, Any], names: Sequence[str]) -> bool:
    """Return whether a summary can be of a certificate for these names.

    It lists up to 100 names of the certificate.
    """
    listed = (summary["DomainName"], *summary.get("SubjectAlternativeNameSummaries", ()))
    return Certificate("", "", tuple(listed)).covers(names[0])
