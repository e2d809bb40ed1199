"""The site: a distribution over its bucket, an edge function, DNS, and the bucket policies."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Fn
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.domains import add_certificate, add_dns_records
from platform_cli.infra.edge import render_edge_function
from platform_cli.infra.permissions import (
    Json,
    arn,
    deny_plain_http,
    document,
    suppress_nag_findings,
)
from platform_cli.infra.shared_resources import SharedResources
from platform_cli.infra.site_paths import SECURITY_HEADERS, SitePaths
from platform_core import contract

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's managed policy."""

LARGEST_COMMENT = 128
"""Characters of a distribution's comment. Two names are longer together."""

ACCEPTED = {
    "AwsSolutions-CFR1": "A public site is for visitors of all countries.",
    "AwsSolutions-CFR2": "Static files behind an edge that drops query strings: a web application "
    "firewall at $6 a month has nothing to protect; the API does its own checks.",
    "AwsSolutions-CFR3": "Access logs are personal data and cost storage; no person reads them.",
}
NO_OWN_CERTIFICATE = {
    "AwsSolutions-CFR4": "CloudFront's own certificate fixes the protocol; with a hosted zone the "
    "site has its own certificate and TLS 1.2 at least."
}


class Site(Construct):
    """The distribution, and its right to read the live release, shared assets and the 404 page."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Site) -> None:
        # The construct's id is part of logical ids, so it is not the part's name.
        super().__init__(scope, "Edge")
        certificate = add_certificate(self, part)
        shared.site_paths = self._add_distribution(shared, part, certificate)
        self.distribution = shared.site_paths.distribution
        self._add_bucket_policies(shared, part)
        if part.hosted_zone_id and certificate:
            add_dns_records(self, part, self.distribution.attr_domain_name)
        own_url = Fn.join("", ["https://", self.distribution.attr_domain_name])
        for key, value in {
            contract.OUT_SITE_URL: f"https://{part.domain}" if certificate else own_url,
            contract.OUT_DISTRIBUTION: self.distribution.ref,
            contract.OUT_SITE_BUCKET: shared.site_bucket.ref,
            contract.OUT_DATA_BUCKET: shared.data_bucket.ref,
            contract.OUT_POINTER_STORE: shared.pointer_store.attr_arn,
            **({contract.OUT_ROUTING: part.routing} if part.routing else {}),
        }.items():
            CfnOutput(scope, key, value=value)
        if part.aliases:
            CfnOutput(scope, contract.OUT_ALIASES, value=",".join(part.aliases))

    def _add_distribution(
        self, shared: SharedResources, part: model.Site, certificate: str | None
    ) -> SitePaths:
        config: dict[str, Any] = {
            "comment": f"{shared.blueprint.names.resource_prefix}: {part.domain}"[:LARGEST_COMMENT],
            "enabled": True,
            "aliases": [part.domain, *part.aliases] if certificate else None,
            "viewer_certificate": _tls(certificate),
            "http_version": "http2and3",
            "ipv6_enabled": True,
            "price_class": "PriceClass_100",
            "origins": [_origin(shared, self._add_access_control(shared))],
            "default_cache_behavior": _behavior(self._add_router(shared, part), part),
            "custom_error_responses": [
                cloudfront.CfnDistribution.CustomErrorResponseProperty(
                    error_code=404,
                    # A single-page site's build has put its home page there.
                    response_code=200 if part.is_single_page else 404,
                    response_page_path=f"/{contract.ERROR_PAGE}",
                    error_caching_min_ttl=10,
                )
            ],
        }
        distribution = cloudfront.CfnDistribution(
            self,
            "Distribution",
            distribution_config=cloudfront.CfnDistribution.DistributionConfigProperty(**config),
        )
        suppress_nag_findings(distribution, ACCEPTED | ({} if certificate else NO_OWN_CERTIFICATE))
        return SitePaths(distribution, **config)

    def _add_router(self, shared: SharedResources, part: model.Site) -> cloudfront.CfnFunction:
        return cloudfront.CfnFunction(
            self,
            "Router",
            name=shared.names.edge("router"),
            auto_publish=True,
            function_code=render_edge_function(part),
            function_config=cloudfront.CfnFunction.FunctionConfigProperty(
                comment="Path to object key, by the live release",
                runtime="cloudfront-js-2.0",
                key_value_store_associations=[
                    cloudfront.CfnFunction.KeyValueStoreAssociationProperty(
                        key_value_store_arn=shared.pointer_store.attr_arn
                    )
                ],
            ),
        )

    def _add_access_control(self, shared: SharedResources) -> cloudfront.CfnOriginAccessControl:
        return cloudfront.CfnOriginAccessControl(
            self,
            "Access",
            origin_access_control_config=(
                cloudfront.CfnOriginAccessControl.OriginAccessControlConfigProperty(
                    name=shared.names.edge("site"),
                    origin_access_control_origin_type="s3",
                    signing_behavior="always",
                    signing_protocol="sigv4",
                )
            ),
        )

    def _add_bucket_policies(self, shared: SharedResources, part: model.Site) -> None:
        """Add the limits that hold for every role."""
        site, data = shared.site_bucket, shared.data_bucket
        distribution = arn("cloudfront", f"distribution/{self.distribution.ref}", region="")
        _add_policy(
            self,
            "SitePolicy",
            site,
            [
                _edge_reads(site, distribution, part),
                _edge_lists(site, distribution),
                _write_once(site, part),
            ],
        )
        _add_policy(self, "DataPolicy", data, [])


# --- statements of the bucket policies ---------------------------------------------------------


def _add_policy(
    scope: Construct, id_: str, bucket: s3.CfnBucket, statements: Sequence[Json]
) -> None:
    everything = (bucket.attr_arn, f"{bucket.attr_arn}/*")
    s3.CfnBucketPolicy(
        scope,
        id_,
        bucket=bucket.ref,
        policy_document=document(deny_plain_http(*everything, actions="s3:*"), *statements),
    )


def _edge_reads(bucket: s3.CfnBucket, distribution: str, part: model.Site) -> Json:
    previews = [f"{contract.PREVIEWS}*"] if part.preview_cookie else []
    readable = (f"{contract.RELEASES}*", f"{contract.ASSETS}*", contract.ERROR_PAGE, *previews)
    return {
        "Sid": "EdgeReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": [f"{bucket.attr_arn}/{prefix}" for prefix in readable],
        "Condition": {"StringEquals": {"aws:SourceArn": distribution}},
    }


def _edge_lists(bucket: s3.CfnBucket, distribution: str) -> Json:
    """Allow the edge to list: otherwise S3 answers 403, not 404, for a page that is not there."""
    return {
        "Sid": "EdgeTellsMissingFromForbidden",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:ListBucket",
        "Resource": bucket.attr_arn,
        "Condition": {"StringEquals": {"aws:SourceArn": distribution}},
    }


def _write_once(bucket: s3.CfnBucket, part: model.Site) -> Json:
    """Refuse an upload that does not ask S3 to fail where the object exists.

    A build runs a client's code, and must not rewrite what is live.
    """
    return {
        "Sid": "ReleasesAreWrittenOnce",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": [
            f"{bucket.attr_arn}/{contract.RELEASES}*",
            f"{bucket.attr_arn}/{contract.ASSETS}*",
            *([f"{bucket.attr_arn}/{contract.PREVIEWS}*"] if part.preview_cookie else []),
        ],
        "Condition": {
            "Null": {"s3:if-none-match": "true"},
            # The parts of a multipart upload take no such header and create no object.
            "Bool": {"s3:ObjectCreationOperation": "true"},
        },
    }


# --- properties of the distribution ------------------------------------------------------------


def _origin(
    shared: SharedResources, access: cloudfront.CfnOriginAccessControl
) -> cloudfront.CfnDistribution.OriginProperty:
    return cloudfront.CfnDistribution.OriginProperty(
        id="site",
        domain_name=shared.site_bucket.attr_regional_domain_name,
        origin_access_control_id=access.attr_id,
        s3_origin_config=cloudfront.CfnDistribution.S3OriginConfigProperty(
            origin_access_identity=""
        ),
    )


def _behavior(
    router: cloudfront.CfnFunction, part: model.Site
) -> cloudfront.CfnDistribution.DefaultCacheBehaviorProperty:
    return cloudfront.CfnDistribution.DefaultCacheBehaviorProperty(
        target_origin_id="site",
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=["GET", "HEAD"],
        cached_methods=["GET", "HEAD"],
        compress=True,
        cache_policy_id=CACHING_OPTIMIZED,
        response_headers_policy_id=SECURITY_HEADERS,
        function_associations=[
            cloudfront.CfnDistribution.FunctionAssociationProperty(
                event_type=event_type,
                function_arn=router.attr_function_arn,
            )
            # The same function adds headers to the answers.
            for event_type in (
                "viewer-request",
                *(["viewer-response"] if part.answers_are_changed else []),
            )
        ],
    )


def _tls(certificate: str | None) -> cloudfront.CfnDistribution.ViewerCertificateProperty:
    if certificate is None:
        return cloudfront.CfnDistribution.ViewerCertificateProperty(
            cloud_front_default_certificate=True
        )
    return cloudfront.CfnDistribution.ViewerCertificateProperty(
        acm_certificate_arn=certificate,
        ssl_support_method="sni-only",
        minimum_protocol_version="TLSv1.2_2021",
    )
