"""Add one function: its log, its role, its code, and the destination of its failures."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import AssetHashType, Aws, RemovalPolicy
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from platform_cli.infra.packages import PYTHON_VERSION
from platform_cli.infra.permissions import Statement, add_role, allow, arn, suppress_nag_findings
from platform_cli.infra.shared_resources import SharedResources
from platform_core import contract
from platform_core.webhooks.request import WEBHOOK_SECRET

RUNTIME = f"python{PYTHON_VERSION}"
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
class FunctionSpec:
    """The purpose, configuration and permissions of one function."""

    purpose: str
    """Part of its name, such as `webhook-router`; its code is in `lambdas/webhook_router`."""
    timeout_seconds: int
    environment: Mapping[str, str]
    statements: Sequence[Statement]
    memory_megabytes: int = 512
    storage_megabytes: int | None = None
    """Space for temporary files. By default 512, which is in the price."""


def add_function(
    scope: Construct, shared: SharedResources, spec: FunctionSpec
) -> awslambda.CfnFunction:
    """Add a function. Every failure of an asynchronous call ends in the dead-letter queue."""
    own_scope = Construct(scope, "".join(word.capitalize() for word in spec.purpose.split("-")))
    name = shared.names.function(spec.purpose)
    log = _log(own_scope, name)
    function_role = add_role(
        own_scope,
        shared.names.role(spec.purpose),
        service="lambda",
        statements=[
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
            allow(["sqs:SendMessage"], shared.dead_letters.attr_arn),
            *spec.statements,
        ],
    )
    folder = spec.purpose.replace("-", "_")
    function = awslambda.CfnFunction(
        own_scope,
        "Function",
        function_name=name,
        runtime=RUNTIME,
        architectures=["arm64"],
        handler=f"lambdas.{folder}.handler.handler",
        code=_code(own_scope, shared, folder),
        layers=[POWERTOOLS_LAYER] if shared.blueprint.offers.powertools_layer else None,
        role=function_role.attr_arn,
        memory_size=spec.memory_megabytes,
        ephemeral_storage=_storage(spec),
        timeout=spec.timeout_seconds,
        environment=awslambda.CfnFunction.EnvironmentProperty(
            variables=_environment(shared) | dict(spec.environment)
        ),
        logging_config=awslambda.CfnFunction.LoggingConfigProperty(log_group=log.ref),
    )
    _send_failures_to_dead_letters(own_scope, shared, function)
    suppress_nag_findings(function, {"AwsSolutions-L1": PINNED})
    shared.functions[spec.purpose], shared.logs[spec.purpose] = function, log
    return function


def _storage(spec: FunctionSpec) -> awslambda.CfnFunction.EphemeralStorageProperty | None:
    if spec.storage_megabytes is None:
        return None
    return awslambda.CfnFunction.EphemeralStorageProperty(size=spec.storage_megabytes)


def _log(own_scope: Construct, function: str) -> logs.CfnLogGroup:
    log = logs.CfnLogGroup(
        own_scope, "Log", log_group_name=f"/aws/lambda/{function}", retention_in_days=LOG_DAYS
    )
    log.apply_removal_policy(RemovalPolicy.DESTROY)
    return log


def _send_failures_to_dead_letters(
    own_scope: Construct, shared: SharedResources, function: awslambda.CfnFunction
) -> None:
    """Retry an asynchronous call twice, for an hour at most."""
    awslambda.CfnEventInvokeConfig(
        own_scope,
        "Failures",
        function_name=function.ref,
        qualifier="$LATEST",
        maximum_retry_attempts=2,
        maximum_event_age_in_seconds=3600,
        destination_config=awslambda.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=awslambda.CfnEventInvokeConfig.OnFailureProperty(
                destination=shared.dead_letters.attr_arn
            )
        ),
    )


def _code(
    own_scope: Construct, shared: SharedResources, folder: str
) -> awslambda.CfnFunction.CodeProperty:
    """Return the bundle as an asset, named by the hash of its sources."""
    bundle = shared.bundler(folder)
    asset = assets.Asset(
        own_scope,
        "Code",
        path=str(bundle.path),
        asset_hash=bundle.digest,
        asset_hash_type=AssetHashType.CUSTOM,
    )
    return awslambda.CfnFunction.CodeProperty(
        s3_bucket=asset.s3_bucket_name, s3_key=asset.s3_object_key
    )


def _environment(shared: SharedResources) -> dict[str, str]:
    names, offers = shared.blueprint.names, shared.blueprint.offers
    common = {
        contract.CLIENT_ID: names.client_id,
        contract.ENVIRONMENT: names.environment,
        contract.INTEGRATION_MODE: shared.blueprint.integration_mode,
        contract.PROVIDERS: json.dumps(
            {binding.provider: binding.settings for binding in shared.bindings}, sort_keys=True
        ),
        contract.SECRET_STORE: shared.secret_store,
    }
    if offers.provider_api_url:
        common[contract.PROVIDER_API] = offers.provider_api_url
    return common


def allow_invoke(
    scope: Construct, function: awslambda.CfnFunction, service: str, source: str
) -> awslambda.CfnPermission:
    """Let one service call the function, on behalf of one source."""
    return awslambda.CfnPermission(
        scope,
        "MayInvoke",
        action="lambda:InvokeFunction",
        function_name=function.ref,
        principal=f"{service}.amazonaws.com",
        source_arn=source,
    )


def add_stream_trigger(
    scope: Construct, shared: SharedResources, function: awslambda.CfnFunction, stream: str
) -> None:
    """Send new rows from a table's stream to the function.

    Reading a stream costs nothing. A batch that fails is halved until the bad record stands alone;
    after an hour a pointer to it goes to the dead letters.
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
                destination=shared.dead_letters.attr_arn
            )
        ),
        filter_criteria=awslambda.CfnEventSourceMapping.FilterCriteriaProperty(
            # Only INSERT: the function's own marks on a row are changes too, and would call it
            # again. The sweep finds a row that overwrites an expired one.
            filters=[
                awslambda.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT"]}')
            ]
        ),
        function_response_types=["ReportBatchItemFailures"],
    )


def router_secret_statements(shared: SharedResources) -> list[Statement]:
    """Allow the router to read the secrets that verify webhooks."""
    return secret_statements(
        shared,
        ((binding.provider, WEBHOOK_SECRET) for binding in shared.bindings if binding.readable),
    )


def worker_secret_statements(shared: SharedResources) -> list[Statement]:
    """Allow a function that verifies no webhook to read the secrets of the vendors' APIs."""
    return secret_statements(
        shared,
        ((binding.provider, name) for binding in shared.bindings for name in binding.api_secrets),
    )


def draft_secret_statements(shared: SharedResources) -> list[Statement]:
    """Allow the builder to read the secrets that read unpublished content, for previews."""
    return secret_statements(
        shared,
        (
            (binding.provider, contract.DRAFTS_TOKEN)
            for binding in shared.bindings
            if contract.DRAFTS_TOKEN in binding.secrets
        ),
    )


def secret_statements(
    shared: SharedResources, secrets: Iterable[tuple[str, str]]
) -> list[Statement]:
    """Allow a function to read and decrypt secrets, each given by its provider and its name."""
    names = shared.blueprint.names
    paths = [
        contract.secret_path(names.client_id, names.environment, provider, secret)
        for provider, secret in secrets
    ]
    if not paths:
        return []
    if shared.secret_store == "secretsmanager":  # noqa: S105 (the name of a store)
        arns = [arn("secretsmanager", f"secret:{path}-??????") for path in paths]
        return [allow(["secretsmanager:GetSecretValue"], *arns)]
    return parameter_statements(paths, "ssm:GetParameter")


def parameter_statements(paths: Iterable[str], action: str) -> list[Statement]:
    """Allow a role to read and decrypt the SSM parameters at these paths."""
    parameters = [arn("ssm", f"parameter{path}") for path in paths]
    through_ssm_for_these_parameters = {
        "StringEquals": {
            "kms:ViaService": f"ssm.{Aws.REGION}.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": parameters,
        }
    }
    return [
        allow([action], *parameters),
        allow(
            ["kms:Decrypt"],
            arn("kms", "key/*"),
            when=through_ssm_for_these_parameters,
            because="AWS's own key for parameters has its own id in each account; the condition "
            "holds it to these parameters, read through SSM.",
        ),
    ]
