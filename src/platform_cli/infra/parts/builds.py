"""The build project, and the builder that decides when it runs."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from aws_cdk import CfnOutput
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as awslambda
from constructs import Construct

from platform_cli.infra.functions import Work, lay_function, may_invoke, read_secrets
from platform_cli.infra.ground import Ground
from platform_cli.infra.permissions import Statement, allow, arn
from platform_cli.infra.project import PREFIX, lay_project
from platform_cli.infra.timers import (
    caller_arn,
    lay_schedules,
    lay_timer,
    once_group,
    sweep,
    timer_arn,
)
from platform_cli.resolve import blueprint
from platform_core import contract

FINISHED = ["SUCCEEDED", "FAILED", "STOPPED"]


class Builds(Construct):
    """When to build, and the build."""

    def __init__(self, scope: Construct, ground: Ground, part: blueprint.Builds) -> None:
        super().__init__(scope, "Builds")
        function = lay_function(
            self,
            ground,
            Work(
                purpose="builder",
                timeout_seconds=300,
                environment=_environment(ground, part),
                statements=[
                    *_builds(ground),
                    *_publishes(ground),
                    *_waits(ground),
                    *_reads_content(ground),
                    *read_secrets(ground),
                ],
            ),
        )
        lay_project(self, ground, part)
        lay_timer(self, ground, function)
        lay_schedules(
            self, ground, "builder", *(["ingest"] if ground.content_table is not None else [])
        )
        sweep(self, ground, "builder")
        _listen(self, ground, function)
        for key, value in {
            contract.OUT_BUILDER: function.ref,
            contract.OUT_BUILD_PROJECT: ground.names.build_project,
            contract.OUT_SITE_TABLE: ground.site_table.ref,
            contract.OUT_DEAD_LETTERS: ground.dead_letters.ref,
        }.items():
            CfnOutput(scope, key, value=value)


def _environment(ground: Ground, part: blueprint.Builds) -> Mapping[str, str]:
    environment = {
        contract.SITE_TABLE: ground.site_table.ref,
        contract.SITE_BUCKET: ground.site_bucket.ref,
        contract.DATA_BUCKET: ground.data_bucket.ref,
        contract.BUILD_PROJECT: ground.names.build_project,
        contract.BUILD_POLICY: json.dumps(asdict(part.policy), sort_keys=True),
        contract.POINTER_STORE: ground.pointer_store.attr_arn,
        contract.TIMER: timer_arn(ground),
        contract.SCHEDULE_GROUP: once_group(ground),
        contract.SCHEDULE_ROLE: caller_arn(ground),
        contract.DEAD_LETTERS: ground.dead_letters.ref,
        contract.DEAD_LETTERS_ARN: ground.queue_arn(),
    }
    if ground.content_table is not None:
        environment[contract.CONTENT_TABLE] = ground.content_table.ref
        environment[contract.BUILD_TOPIC] = ground.topic_arn(ground.names.build_topic)
    elif ground.inbox_table is not None:
        environment[contract.INBOX_TABLE] = ground.inbox_table.ref
    return environment


# --- what the builder may do -------------------------------------------------------------------


def _builds(ground: Ground) -> list[Statement]:
    """Decide on its rows, write the snapshot, start the build and look after it."""
    data = ground.data_bucket.attr_arn
    rows = [f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete")]
    build = ("StartBuild", "StopBuild", "BatchGetBuilds", "ListBuildsForProject")
    return [
        allow([*rows, "dynamodb:Query"], ground.site_table.attr_arn),
        allow(["s3:GetObject"], f"{data}/{contract.SITE_FACTS}"),
        allow(
            ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"],
            f"{data}/{contract.SNAPSHOTS}*",
            because=PREFIX,
        ),
        allow(
            [f"codebuild:{verb}" for verb in build],
            arn("codebuild", f"project/{ground.names.build_project}"),
        ),
    ]


def _publishes(ground: Ground) -> list[Statement]:
    """Check a release, flip the pointer, put the 404 page, prune."""
    site = ground.site_bucket.attr_arn
    pointer = ("DescribeKeyValueStore", "PutKey")
    return [
        allow(
            ["s3:GetObject", "s3:DeleteObject"],
            f"{site}/{contract.RELEASES}*",
            f"{site}/{contract.ASSETS}*",
            because=PREFIX,
        ),
        allow(["s3:PutObject"], f"{site}/{contract.ERROR_PAGE}"),
        allow(["s3:ListBucket"], site, ground.data_bucket.attr_arn),
        allow(
            [f"cloudfront-keyvaluestore:{verb}" for verb in pointer],
            ground.pointer_store.attr_arn,
        ),
    ]


def _waits(ground: Ground) -> list[Statement]:
    """Start the timer, set one-off schedules."""
    return [
        allow(["states:StartExecution"], timer_arn(ground)),
        allow(
            ["scheduler:CreateSchedule"],
            arn("scheduler", f"schedule/{once_group(ground)}/*"),
            because="The one-off schedules of its own group get their names at run time.",
        ),
        allow(
            ["iam:PassRole"],
            caller_arn(ground),
            when={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        ),
    ]


def _reads_content(ground: Ground) -> list[Statement]:
    """In direct mode it drives the inbox itself, and the vendor's listing is the content."""
    if ground.content_table is None:
        return ground.works_inbox()
    return [
        allow(["dynamodb:Scan"], ground.content_table.attr_arn),
        allow(
            ["s3:GetObject"],
            f"{ground.data_bucket.attr_arn}/{contract.CONTENT_BODIES}*",
            because=PREFIX,
        ),
        allow(["sns:Publish"], ground.topic_arn(ground.names.build_topic)),
    ]


def _listen(scope: Construct, ground: Ground, function: awslambda.CfnFunction) -> None:
    """A finished build wakes the builder, which asks CodeBuild itself what became of it."""
    place = Construct(scope, "Finished")
    rule = events.CfnRule(
        place,
        "Rule",
        name=ground.names.rule("build-finished"),
        event_pattern={
            "source": ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            "detail": {
                "build-status": FINISHED,
                "project-name": [ground.names.build_project],
            },
        },
        targets=[
            events.CfnRule.TargetProperty(
                id="builder",
                arn=function.attr_arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=ground.queue_arn()),
            )
        ],
    )
    may_invoke(place, function, "events", rule.attr_arn)
