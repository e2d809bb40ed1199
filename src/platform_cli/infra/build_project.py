"""The build project. It runs a client's code, so its role allows next to nothing.

It can read no secret but those that the client's file names for its builds, delete no object, reach
no table and no pointer, and pass no role.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_logs as logs
from constructs import Construct

from platform_cli.blueprint.build_permissions import (
    BUILD_PERMISSIONS,
    PREVIEW_CACHE,
    PREVIEW_PERMISSIONS,
    ObjectPermission,
)
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


@dataclass(frozen=True, slots=True)
class ProjectSpec:
    """The differences between the project of releases and that of previews."""

    scope: str
    """Id of the construct."""
    name: str
    role: str
    description: str
    permissions: tuple[ObjectPermission, ...]
    cache: str
    variables: Mapping[str, str] = field(default_factory=dict)
    secret_paths: Mapping[str, str] = field(default_factory=dict)
    """Paths of the parameters that its builds may read, by variable."""


def add_build_project(scope: Construct, shared: SharedResources, part: Builds) -> str:
    """Add the project that builds releases. Return its role's id."""
    return _add_project(
        scope,
        shared,
        part,
        ProjectSpec(
            scope="Build",
            name=shared.names.build_project,
            role=shared.names.role("build"),
            description="Builds one release from one snapshot of the content",
            permissions=BUILD_PERMISSIONS,
            cache=CACHE,
            secret_paths=_build_secret_paths(
                shared, {each.provider: each.build_secrets for each in part.bindings}
            ),
        ),
    )


def add_preview_project(scope: Construct, shared: SharedResources, part: Builds) -> str:
    """Add the project that builds previews, with a role of its own. Return its role's id."""
    return _add_project(
        scope,
        shared,
        part,
        ProjectSpec(
            scope="PreviewBuild",
            name=shared.names.preview_project,
            role=shared.names.role("preview-build"),
            description="Builds one preview from one snapshot of the content",
            permissions=PREVIEW_PERMISSIONS,
            cache=PREVIEW_CACHE,
            variables={contract.PREVIEW_BUILD: "1"},
            secret_paths=_build_secret_paths(
                shared, {each.provider: each.preview_secrets for each in part.bindings}
            ),
        ),
    )


def _add_project(scope: Construct, shared: SharedResources, part: Builds, spec: ProjectSpec) -> str:
    """Add a project, with limits on the wait and the run of a build. Return its role's id."""
    own_scope = Construct(scope, spec.scope)
    log = logs.CfnLogGroup(
        own_scope,
        "Log",
        log_group_name=f"/aws/codebuild/{spec.name}",
        retention_in_days=LOG_DAYS,
    )
    log.apply_removal_policy(RemovalPolicy.DESTROY)
    build_role = add_role(
        own_scope,
        spec.role,
        service="codebuild",
        when=OWN_ACCOUNT,
        statements=[*_statements(shared, log, spec), *_build_secret_statements(spec)],
    )
    project = codebuild.CfnProject(
        own_scope,
        "Project",
        name=spec.name,
        description=spec.description,
        service_role=build_role.attr_arn,
        source=_source(part, data_bucket=shared.data_bucket.ref),
        artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
        environment=_environment(shared, part, build_role.attr_role_id, spec),
        cache=codebuild.CfnProject.ProjectCacheProperty(
            type="S3", location=f"{shared.data_bucket.ref}/{spec.cache.rstrip('/')}"
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


def _statements(
    shared: SharedResources, log: logs.CfnLogGroup, spec: ProjectSpec
) -> list[Statement]:
    """Allow CodeBuild's minimum, and the objects of the project's permissions.

    CodeBuild also asks for the owner and the region of the bucket that holds a source.
    """
    data = shared.data_bucket.attr_arn
    buckets = {contract.DATA_BUCKET: data, contract.SITE_BUCKET: shared.site_bucket.attr_arn}
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
        allow(["s3:GetBucketAcl", "s3:GetBucketLocation"], data),
        # A missing cache is a 404 to CodeBuild with this, and a 403 without it.
        allow_list(data, spec.cache),
        *(
            allow(
                permission.actions,
                *(f"{buckets[permission.bucket]}/{prefix}*" for prefix in permission.prefixes),
                because=PREFIX,
            )
            for permission in spec.permissions
        ),
    ]


def _build_secret_paths(
    shared: SharedResources, secrets: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Map variables to the paths of their parameters. `secrets`: variables by provider and name."""
    names = shared.blueprint.names
    return {
        variable: contract.build_secret_path(names.client_id, names.environment, provider, name)
        for provider, variables in secrets.items()
        for name, variable in variables.items()
    }


def _build_secret_statements(spec: ProjectSpec) -> list[Statement]:
    """Allow CodeBuild to read the parameters of its builds. No function may read them."""
    paths = spec.secret_paths
    return parameter_statements(paths.values(), "ssm:GetParameters") if paths else []


def _environment(
    shared: SharedResources, part: Builds, role_id: str, spec: ProjectSpec
) -> codebuild.CfnProject.EnvironmentProperty:
    secrets = spec.secret_paths
    variables = {
        contract.SITE_BUCKET: shared.site_bucket.ref,
        contract.DATA_BUCKET: shared.data_bucket.ref,
        contract.BUILD_ROLE_ID: role_id,
        **spec.variables,
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
