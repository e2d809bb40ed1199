"""The domains of a site: their certificate and DNS records."""

from aws_cdk import Aws, CfnRule, CfnRuleAssertion, Fn
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from platform_cli.blueprint import model

CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution."""


def add_certificate(scope: Construct, part: model.Site) -> str | None:
    """Return the certificate's ARN, or None where the client has neither one nor a zone."""
    if part.certificate_arn or not part.hosted_zone_id:
        return part.certificate_arn
    CfnRule(
        scope,
        "CertificateRegion",
        assertions=[
            CfnRuleAssertion(
                assert_=Fn.condition_equals(Aws.REGION, model.CERTIFICATES_REGION),
                assert_description="CloudFront takes certificates of us-east-1 only: deploy "
                "this client there.",
            )
        ],
    )
    certificate = acm.CfnCertificate(
        scope,
        "Certificate",
        domain_name=part.domain,
        subject_alternative_names=list(part.aliases) or None,
        validation_method="DNS",
        domain_validation_options=[
            acm.CfnCertificate.DomainValidationOptionProperty(
                domain_name=name, hosted_zone_id=part.hosted_zone_id
            )
            for name in (part.domain, *part.aliases)
        ],
    )
    return certificate.ref


def add_dns_records(scope: Construct, part: model.Site, distribution_domain: str) -> None:
    """Point the domain and its aliases at the distribution, in the client's hosted zone."""
    for name, suffix in ((part.domain, ""), *((alias, f"-{alias}") for alias in part.aliases)):
        for kind in ("A", "AAAA"):
            route53.CfnRecordSet(
                scope,
                f"Name{kind}{suffix}",
                name=f"{name}.",
                type=kind,
                hosted_zone_id=part.hosted_zone_id,
                alias_target=route53.CfnRecordSet.AliasTargetProperty(
                    dns_name=distribution_domain, hosted_zone_id=CLOUDFRONT_ZONE
                ),
            )
