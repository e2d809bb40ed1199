"""The build project. It runs a client's code, so it may do next to nothing.

No secret, no delete, no table, no pointer, no role to pass.
"""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_logs as logs
from constructs import Construct

from platform_cli.infra.functions import LOG_DAYS
from platform_cli.infra.ground import CACHE, Ground
from platform_cli.infra.permissions import OWN_ACCOUNT, Statement, accept, allow, role
from platform_cli.resolve.blueprint import Builds
from platform_core import contract

PREFIX = "The keys under this prefix of the client's own bucket are known at run time only."

NO_OWN_KEY = {
    "AwsSolutions-CB4": "A build makes public files and keeps no artifact; its cache is encrypted "
    "in the client's own bucket. A key of one's own costs $1 a month."
}


def lay_project(scope: Construct, ground: Ground, part: Builds) -> None:
    """One build at a time; its queue and its run both end."""
    place = Construct(scope, "Build")
    log = logs.CfnLogGroup(
        place,
        "Log",
        log_group_name=f"/aws/codebuild/{ground.names.build_project}",
        retention_in_days=LOG_DAYS,
    )
    log.apply_removal_policy(RemovalPolicy.DESTROY)
    own = role(
        place,
        ground.names.role("build"),
        service="codebuild",
        when=OWN_ACCOUNT,
        statements=_may(ground, log),
    )
    project = codebuild.CfnProject(
        place,
        "Project",
        name=ground.names.build_project,
        description="Builds one release from one snapshot of the content",
        service_role=own.attr_arn,
        source=_source(part, data_bucket=ground.data_bucket.ref),
        artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
        environment=_environment(ground, part.image),
        cache=codebuild.CfnProject.ProjectCacheProperty(
            type="S3", location=f"{ground.data_bucket.ref}/{CACHE.rstrip('/')}"
        ),
        timeout_in_minutes=part.build_timeout_minutes,
        queued_timeout_in_minutes=part.queue_timeout_minutes,
        concurrent_build_limit=1,
        logs_config=codebuild.CfnProject.LogsConfigProperty(
            cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                status="ENABLED", group_name=log.ref
            )
        ),
    )
    accept(project, NO_OWN_KEY)


def _may(ground: Ground, log: logs.CfnLogGroup) -> list[Statement]:
    """The least that CodeBuild asks of a role (whose the bucket is and where it lies are among it),
    and what the publisher reads and puts."""
    site, data = ground.site_bucket.attr_arn, ground.data_bucket.attr_arn
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
        allow(["s3:GetBucketAcl", "s3:GetBucketLocation"], data),
        allow(
            ["s3:GetObject", "s3:GetObjectVersion"],
            f"{data}/{contract.SOURCES}*",
            because=PREFIX,
        ),
        allow(
            ["s3:GetObject"],
            f"{data}/{contract.SNAPSHOTS}*",
            f"{data}/{CACHE}*",
            because=PREFIX,
        ),
        allow(["s3:PutObject"], f"{data}/{CACHE}*", because=PREFIX),
        allow(
            ["s3:PutObject"],
            f"{site}/{contract.RELEASES}*",
            f"{site}/{contract.ASSETS}*",
            because=PREFIX,
        ),
    ]


def _environment(ground: Ground, image: str) -> codebuild.CfnProject.EnvironmentProperty:
    variables = {
        contract.SITE_BUCKET: ground.site_bucket.ref,
        contract.DATA_BUCKET: ground.data_bucket.ref,
    }
    return codebuild.CfnProject.EnvironmentProperty(
        type="ARM_CONTAINER",
        compute_type="BUILD_GENERAL1_SMALL",
        image=image,
        environment_variables=[
            codebuild.CfnProject.EnvironmentVariableProperty(name=key, value=value)
            for key, value in variables.items()
        ],
    )


def _source(part: Builds, *, data_bucket: str) -> codebuild.CfnProject.SourceProperty:
    """The builder names the archive of each build; this one stands in until then. A site in a
    repository is cloned and packed by the deploy, so every build has the same kind of source."""
    return codebuild.CfnProject.SourceProperty(
        type="S3",
        location=f"{data_bucket}/{contract.SOURCES}none.zip",
        build_spec=json.dumps(part.buildspec, indent=1),
    )
