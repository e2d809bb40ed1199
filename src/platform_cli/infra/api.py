"""An HTTP API of the client: one `$default` stage. Each part adds the routes of its function."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aws_cdk import Aws, CfnOutput, Fn, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from constructs import Construct

from platform_cli.infra.functions import LOG_DAYS, allow_invoke
from platform_cli.infra.permissions import arn, suppress_nag_findings
from platform_cli.infra.shared_resources import SharedResources
from platform_core import contract


@dataclass(frozen=True, slots=True)
class Throttle:
    """The limit of a route. A request beyond it gets a 429 and starts no function."""

    requests_per_second: float
    burst: int

    def to_settings(self) -> dict[str, float]:
        return {
            "ThrottlingRateLimit": self.requests_per_second,
            "ThrottlingBurstLimit": self.burst,
        }


DEFAULT_LIMIT = Throttle(50, 200)
"""Enough for a vendor's bulk edit, too little for a flood to use up the account's concurrency. A
refused delivery gets 429, and vendors try again."""
OPEN_ADDRESS_LIMIT = Throttle(10, 200)
"""The address that anybody can guess: a bulk edit fits the burst, and a flood stays cheap."""
HEALTH_LIMIT = Throttle(2, 10)

NO_AUTHORIZER = "AwsSolutions-APIG4"
ACCESS_LINE = json.dumps(
    {
        "request_id": "$context.requestId",
        "at": "$context.requestTimeEpoch",
        "route": "$context.routeKey",
        "status": "$context.status",
        "bytes": "$context.responseLength",
        "milliseconds": "$context.responseLatency",
        "error": "$context.integrationErrorMessage",
    }
)
"""The format of the access log: no address and no path of a visitor, so no personal data."""


@dataclass(frozen=True, slots=True)
class ApiSpec:
    """The names of one API, and the reason that its routes are open."""

    name: str
    log_name: str
    """Name of the log group, after the prefix that AWS requires."""
    purpose: str
    output: str
    """The stack's output with the id of the API."""
    open_because: str


def webhook_api_spec(shared: SharedResources) -> ApiSpec:
    """Return the API of webhooks and content."""
    return ApiSpec(
        name=shared.names.api,
        log_name=shared.names.api_log,
        purpose="Webhooks and content",
        output=contract.OUT_API_ID,
        open_because="Vendors sign their bodies and can send no token; the function proves each "
        "delivery over its raw bytes. `/health` tells the client's id.",
    )


class Api(Construct):
    """The API and its one stage; `add_routes` connects a function."""

    def __init__(self, scope: Construct, shared: SharedResources, spec: ApiSpec) -> None:
        super().__init__(scope, "Api")
        self.spec = spec
        self.api = apigateway.CfnApi(
            self,
            "Http",
            name=spec.name,
            protocol_type="HTTP",
            description=f"{spec.purpose} of {shared.blueprint.names.resource_prefix}",
        )
        self.route_settings: dict[str, dict[str, float]] = {}
        self.stage = apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=DEFAULT_LIMIT.requests_per_second,
                throttling_burst_limit=DEFAULT_LIMIT.burst,
            ),
            access_log_settings=self._log(),
        )
        self.domain_name = Fn.join(
            "", [self.api.ref, ".execute-api.", Aws.REGION, ".", Aws.URL_SUFFIX]
        )
        self.url = Fn.join(
            "", ["https://", self.api.ref, ".execute-api.", Aws.REGION, ".", Aws.URL_SUFFIX]
        )
        CfnOutput(shared.stack, spec.output, value=self.api.ref)

    def add_routes(
        self,
        scope: Construct,
        function: awslambda.CfnFunction,
        *routes: str,
        signed: bool = False,
        throttles: Mapping[str, Throttle] = MappingProxyType({}),
    ) -> None:
        """Send these routes (`GET /path`) to the function.

        A `signed` route wants a SigV4 signature that IAM allows. A route without a limit in
        `throttles` shares the default one with the others.
        """
        integration = apigateway.CfnIntegration(
            scope,
            "Integration",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=function.attr_arn,
            payload_format_version="2.0",
        )
        for key in routes:
            route = apigateway.CfnRoute(
                scope,
                re.sub(r"\W", "", key.title()),
                api_id=self.api.ref,
                route_key=key,
                authorization_type="AWS_IAM" if signed else "NONE",
                target=Fn.join("/", ["integrations", integration.ref]),
            )
            if key in throttles:
                self._limit(route, throttles[key])
            if not signed:
                suppress_nag_findings(route, {NO_AUTHORIZER: self.spec.open_because})
        allow_invoke(scope, function, "apigateway", arn("execute-api", f"{self.api.ref}/*/*/*"))

    def _limit(self, route: apigateway.CfnRoute, throttle: Throttle) -> None:
        self.route_settings[route.route_key] = throttle.to_settings()
        self.stage.route_settings = self.route_settings
        # API Gateway refuses settings of a route that does not exist yet.
        self.stage.add_resource_dependency(route)

    def _log(self) -> apigateway.CfnStage.AccessLogSettingsProperty:
        log = logs.CfnLogGroup(
            self,
            "Log",
            log_group_name=f"/aws/vendedlogs/apis/{self.spec.log_name}",
            retention_in_days=LOG_DAYS,
        )
        log.apply_removal_policy(RemovalPolicy.DESTROY)
        return apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.attr_arn, format=ACCESS_LINE
        )
