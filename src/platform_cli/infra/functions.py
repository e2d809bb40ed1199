"""Lays one function: its log, its role, its code, and where its failures go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import AssetHashType, Aws, RemovalPolicy
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from platform_cli.infra.ground import Ground
from platform_cli.infra.permissions import Statement, accept, allow, arn, role
from platform_core import contract

RUNTIME = "python3.13"
LOG_DAYS = 30

PINNED = (
    "Python 3.13 is supported until 2029; the vendored wheels, the layer and the tests are of it."
)
POWERTOOLS_LAYER = (
    f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:017000801446:"
    "layer:AWSLambdaPowertoolsPythonV3-python313-arm64:27"
)
"""AWS's own public layer: Powertools and pydantic; a version of it stays for good. Source: the
install page of Powertools for Python (its change #7757 names version 27), read 2026-11-21."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a function does and needs."""

    purpose: str
    """As in its name: `webhook-router`; its code is `lambdas/webhook_router`."""
    timeout_seconds: int
    environment: Mapping[str, str]
    statements: Sequence[Statement]
    memory_megabytes: int = 512


def lay_function(scope: Construct, ground: Ground, work: Work) -> awslambda.CfnFunction:
    """A function whose every failure that nobody waits for ends in the dead-letter queue."""
    place = Construct(scope, "".join(word.capitalize() for word in work.purpose.split("-")))
    name = ground.names.function(work.purpose)
    log = _log(place, name)
    own = role(
        place,
        ground.names.role(work.purpose),
        service="lambda",
        statements=[
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
            allow(["sqs:SendMessage"], ground.queue_arn()),
            *work.statements,
        ],
    )
    folder = work.purpose.replace("-", "_")
    function = awslambda.CfnFunction(
        place,
        "Function",
        function_name=name,
        runtime=RUNTIME,
        architectures=["arm64"],
        handler=f"lambdas.{folder}.handler.handler",
        code=_code(place, ground, folder),
        layers=[POWERTOOLS_LAYER] if ground.blueprint.offers.powertools_layer else None,
        role=own.attr_arn,
        memory_size=work.memory_megabytes,
        timeout=work.timeout_seconds,
        environment=awslambda.CfnFunction.EnvironmentProperty(
            variables=_environment(ground) | dict(work.environment)
        ),
        logging_config=awslambda.CfnFunction.LoggingConfigProperty(log_group=log.ref),
    )
    _give_up(place, ground, function)
    accept(function, {"AwsSolutions-L1": PINNED})
    ground.functions[work.purpose], ground.logs[work.purpose] = function, log
    return function


def _log(place: Construct, function: str) -> logs.CfnLogGroup:
    log = logs.CfnLogGroup(
        place, "Log", log_group_name=f"/aws/lambda/{function}", retention_in_days=LOG_DAYS
    )
    log.apply_removal_policy(RemovalPolicy.DESTROY)
    return log


def _give_up(place: Construct, ground: Ground, function: awslambda.CfnFunction) -> None:
    """A call that nobody waits for is tried twice more, for an hour at most."""
    awslambda.CfnEventInvokeConfig(
        place,
        "Failures",
        function_name=function.ref,
        qualifier="$LATEST",
        maximum_retry_attempts=2,
        maximum_event_age_in_seconds=3600,
        destination_config=awslambda.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=awslambda.CfnEventInvokeConfig.OnFailureProperty(
                destination=ground.queue_arn()
            )
        ),
    )


def _code(place: Construct, ground: Ground, folder: str) -> awslambda.CfnFunction.CodeProperty:
    """The bundle, named by what it was made from and not by what it installed to."""
    made = ground.bundler(folder)
    asset = assets.Asset(
        place,
        "Code",
        path=str(made.path),
        asset_hash=made.digest,
        asset_hash_type=AssetHashType.CUSTOM,
    )
    return awslambda.CfnFunction.CodeProperty(
        s3_bucket=asset.s3_bucket_name, s3_key=asset.s3_object_key
    )


def _environment(ground: Ground) -> dict[str, str]:
    names, offers = ground.blueprint.names, ground.blueprint.offers
    common = {
        contract.CLIENT_ID: names.client_id,
        contract.ENVIRONMENT: names.environment,
        contract.INTEGRATION_MODE: ground.blueprint.integration_mode,
        contract.PROVIDERS: json.dumps(
            {each.provider: each.settings for each in ground.bindings}, sort_keys=True
        ),
        contract.SECRET_STORE: ground.secret_store,
    }
    if offers.provider_api_url:
        common[contract.PROVIDER_API] = offers.provider_api_url
    return common


def may_invoke(
    scope: Construct, function: awslambda.CfnFunction, service: str, source: str
) -> awslambda.CfnPermission:
    """Lets one service call the function, on behalf of one source."""
    return awslambda.CfnPermission(
        scope,
        "MayInvoke",
        action="lambda:InvokeFunction",
        function_name=function.ref,
        principal=f"{service}.amazonaws.com",
        source_arn=source,
    )


def follow_stream(
    scope: Construct, ground: Ground, function: awslambda.CfnFunction, stream: str
) -> None:
    """Feeds new deliveries to the function. No polling is paid for; a poison batch is halved until
    it stands alone, and after an hour it goes to the dead letters, as a pointer.

    Only INSERT: the function's own marks on a row are changes too, and would call it again. A
    delivery that overwrites an expired row is the sweeper's to find.
    """
    awslambda.CfnEventSourceMapping(
        scope,
        "Stream",
        event_source_arn=stream,
        function_name=function.ref,
        starting_position="TRIM_HORIZON",
        batch_size=100,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=3,
        maximum_record_age_in_seconds=3600,
        destination_config=awslambda.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=awslambda.CfnEventSourceMapping.OnFailureProperty(
                destination=ground.queue_arn()
            )
        ),
        filter_criteria=awslambda.CfnEventSourceMapping.FilterCriteriaProperty(
            filters=[
                awslambda.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT"]}')
            ]
        ),
        function_response_types=["ReportBatchItemFailures"],
    )


def read_secrets(ground: Ground, *only: str) -> list[Statement]:
    """Exactly the secrets that this client's functions need, or those of these names, and to
    decrypt them alone."""
    names = ground.blueprint.names
    paths = [
        contract.secret_path(names.client_id, names.environment, each.provider, secret)
        for each in ground.bindings
        for secret in each.readable
        if not only or secret in only
    ]
    if not paths:
        return []
    if ground.secret_store == "secretsmanager":  # noqa: S105 (the name of a store)
        secrets = [arn("secretsmanager", f"secret:{path}-??????") for path in paths]
        return [allow(["secretsmanager:GetSecretValue"], *secrets)]
    parameters = [arn("ssm", f"parameter{path}") for path in paths]
    by_ssm_for_these = {
        "StringEquals": {
            "kms:ViaService": f"ssm.{Aws.REGION}.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": parameters,
        }
    }
    return [
        allow(["ssm:GetParameter"], *parameters),
        allow(
            ["kms:Decrypt"],
            arn("kms", "key/*"),
            when=by_ssm_for_these,
            because="AWS's own key for parameters has its own id in each account; the condition "
            "holds it to these parameters, read through SSM.",
        ),
    ]
