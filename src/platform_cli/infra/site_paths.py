"""Paths of the site that an API answers, beside the files that the bucket holds."""

from typing import Any, Final

from aws_cdk import aws_cloudfront as cloudfront

SECURITY_HEADERS: Final = "67f7725c-6f97-4210-82d7-5512b31e9d03"
CACHING_DISABLED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST: Final = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's managed policies, with the ids that the CDK has. An account may have twenty of its own,
fewer than a fleet has clients. API Gateway refuses a Host that is not its own."""
ALL_METHODS: Final = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
"""CloudFront has one set of methods with POST, and it is all of them."""


class SitePaths:
    """Adds paths to a distribution that exists already: the API of a later part answers them."""

    def __init__(self, distribution: cloudfront.CfnDistribution, **config: Any) -> None:
        """`config` are the arguments of the distribution's configuration."""
        self.distribution = distribution
        self._config = config

    @property
    def domain_name(self) -> str:
        """The distribution's own host name."""
        return self.distribution.attr_domain_name

    def add_api_path(self, pattern: str, name: str, domain_name: str) -> None:
        """Send requests to paths of this pattern to the API at a host. Nothing is cached."""
        origin = cloudfront.CfnDistribution.OriginProperty(
            id=name,
            domain_name=domain_name,
            custom_origin_config=cloudfront.CfnDistribution.CustomOriginConfigProperty(
                origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1.2"]
            ),
        )
        behavior = cloudfront.CfnDistribution.CacheBehaviorProperty(
            path_pattern=pattern,
            target_origin_id=name,
            # A redirect to HTTPS would turn a POST into a GET.
            viewer_protocol_policy="https-only",
            allowed_methods=list(ALL_METHODS),
            cached_methods=["GET", "HEAD"],
            cache_policy_id=CACHING_DISABLED,
            origin_request_policy_id=ALL_VIEWER_EXCEPT_HOST,
            response_headers_policy_id=SECURITY_HEADERS,
        )
        self._config["origins"] = [*self._config["origins"], origin]
        self._config["cache_behaviors"] = [*self._config.get("cache_behaviors", ()), behavior]
        self.distribution.distribution_config = (
            cloudfront.CfnDistribution.DistributionConfigProperty(**self._config)
        )
