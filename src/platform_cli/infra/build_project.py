"""The build project. It runs a client's code, so its role allows next to nothing.

It can read no secret but those of `site.build_secrets`, delete no object, reach no table and no
pointer, and pass no role.

The project has no limit of concurrent builds. The site's row already lets one build run at a time,
and CodeBuild refuses a project whose limit is above the account's quota, which is 0 in some new
accounts. A build above the limit of a project would also fail instead of waiting in the queue.
"""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_logs as logs
from constructs import Construct

from platform_cli.blueprint.build_permissions import BUILD_PERMISSIONS
from platform_cli.blueprint.model import Builds
from platform_cli.blueprint.parts.builds import CACHE
from platform_cli.infra.functions import LOG_DAYS, parameter_statements
from platform_cli.infra.permissions import (
    OWN_ACCOUNT,
    Statement,
    add_role,
    allow,
    allow_list,
    suppress_nag_findings,
)
from platform_cli.infra.shared_resources import SharedResources
from platform_core import contract

PREFIX = "The keys under this prefix of the client's own bucket are known at run time only."

NO_OWN_KEY = {
    "AwsSolutions-CB4": "A build makes public files and keeps no artifact; its cache is encrypted "
    "in the client's own bucket. A key of one's own costs $1 a month."
}


def add_project(scope: Construct, shared: SharedResources, part: Builds) -> str:
    """Add the project, with limits on the wait and the run of a build. Return its role's id."""
    own_scope = Construct(scope, "Build")
    log = logs.CfnLogGroup(
        own_scope,
        "Log",
        log_group_name=f"/aws/codebuild/{shared.names.build_project}",
        retention_in_days=LOG_DAYS,
    )
    log.apply_removal_policy(RemovalPolicy.DESTROY)
    build_role = add_role(
        own_scope,
        shared.names.role("build"),
        service="codebuild",
        when=OWN_ACCOUNT,
        statements=[*_statements(shared, log), *_build_secret_statements(shared, part)],
    )
    project = codebuild.CfnProject(
        own_scope,
        "Project",
        name=shared.names.build_project,
        description="Builds one release from one snapshot of the content",
        service_role=build_role.attr_arn,
        source=_source(part, data_bucket=shared.data_bucket.ref),
        artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
        environment=_environment(shared, part, build_role.attr_role_id),
        cache=codebuild.CfnProject.ProjectCacheProperty(
            type="S3", location=f"{shared.data_bucket.ref}/{CACHE.rstrip('/')}"
        ),
        timeout_in_minutes=part.build_timeout_minutes,
        queued_timeout_in_minutes=part.queue_timeout_minutes,
        logs_config=codebuild.CfnProject.LogsConfigProperty(
            cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                status="ENABLED", group_name=log.ref
            )
        ),
    )
    suppress_nag_findings(project, NO_OWN_KEY)
    return build_role.attr_role_id


def _statements(shared: SharedResources, log: logs.CfnLogGroup) -> list[Statement]:
    """Allow CodeBuild's minimum, and the objects of `BUILD_PERMISSIONS`.

    CodeBuild also asks for the owner and the region of the bucket that holds a source.
    """
    data = shared.data_bucket.attr_arn
    buckets = {contract.DATA_BUCKET: data, contract.SITE_BUCKET: shared.site_bucket.attr_arn}
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
        allow(["s3:GetBucketAcl", "s3:GetBucketLocation"], data),
        # A missing cache is a 404 to CodeBuild with this, and a 403 without it.
        allow_list(data, CACHE),
        *(
            allow(
                permission.actions,
                *(f"{buckets[permission.bucket]}/{prefix}*" for prefix in permission.prefixes),
                because=PREFIX,
            )
            for permission in BUILD_PERMISSIONS
        ),
    ]


def _build_secret_paths(shared: SharedResources, part: Builds) -> dict[str, str]:
    """Map the variables of a build's secrets to the paths of their parameters."""
    names = shared.blueprint.names
    return {
        variable: contract.build_secret_path(
            names.client_id, names.environment, binding.provider, name
        )
        for binding in part.bindings
        for name, variable in binding.build_secrets.items()
    }


def _build_secret_statements(shared: SharedResources, part: Builds) -> list[Statement]:
    """Allow CodeBuild to read the build's own parameters. No other role may read them."""
    paths = _build_secret_paths(shared, part)
    return parameter_statements(paths.values(), "ssm:GetParameters") if paths else []


def _environment(
    shared: SharedResources, part: Builds, role_id: str
) -> codebuild.CfnProject.EnvironmentProperty:
    secrets = _build_secret_paths(shared, part)
    variables = {
        contract.SITE_BUCKET: shared.site_bucket.ref,
        contract.DATA_BUCKET: shared.data_bucket.ref,
        contract.BUILD_ROLE_ID: role_id,
    }
    if secrets:
        variables[contract.BUILD_SECRETS] = " ".join(secrets)
    vendors = shared.blueprint.offers.provider_api_url
    if part.asks_api and vendors:
        variables[contract.PROVIDER_API] = vendors
    variable = codebuild.CfnProject.EnvironmentVariableProperty
    return codebuild.CfnProject.EnvironmentProperty(
        type="ARM_CONTAINER",
        compute_type="BUILD_GENERAL1_SMALL",
        image=part.image,
        environment_variables=[
            *(variable(name=key, value=value) for key, value in variables.items()),
            # By reference: CodeBuild reads the value at the start of a build, and masks it in logs.
            *(
                variable(name=key, value=path, type="PARAMETER_STORE")
                for key, path in secrets.items()
            ),
        ],
    )


def _source(part: Builds, *, data_bucket: str) -> codebuild.CfnProject.SourceProperty:
    """Return a placeholder: the builder names the archive of each build when it starts it.

    The deploy clones and packs a site that is in a repository, so every build has the same kind of
    source.
    """
    return codebuild.CfnProject.SourceProperty(
        type="S3",
        location=f"{data_bucket}/{contract.SOURCES}none.zip",
        build_spec=json.dumps(part.buildspec, indent=1),
    )
