"""The names of a site: certificate, DNS records, and the redirect from its aliases."""

import json
from pathlib import Path

from aws_cdk import Aws, CfnRule, CfnRuleAssertion, Fn
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.edge import read_edge_function

ALIASES = Path(__file__).parent / "edge_aliases.js"

CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of every distribution."""
HANDLER = "async function handler(event)"
ROUTE = "async function route(event)"


def render_edge_function(part: model.Site) -> str:
    """Return the code of the edge function. Only a site with aliases has the code for them."""
    code = read_edge_function(has_release_assets=part.has_release_assets)
    if not part.aliases:
        return code
    names = (
        f"const DOMAIN = {json.dumps(part.domain)};\nconst ALIASES = {json.dumps(part.aliases)};"
    )
    return f"{code.replace(HANDLER, ROUTE)}\n{names}\n{ALIASES.read_text(encoding='utf-8')}"


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
