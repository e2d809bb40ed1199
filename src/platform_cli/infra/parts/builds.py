"""The build project, and the builder that decides when it runs, with its timers."""

import json
from dataclasses import asdict

from aws_cdk import Aws, CfnOutput, RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from platform_cli.infra.functions import LOG_DAYS, Work, lay_function, may_invoke, read_secrets
from platform_cli.infra.ground import Ground
from platform_cli.infra.permissions import (
    OWN_ACCOUNT,
    Statement,
    accept,
    allow,
    arn,
    role,
)
from platform_cli.resolve import blueprint
from platform_core import contract

CACHE = "cache/"
PREFIX = "The keys under this prefix of the client's own bucket are known at run time only."
FINISHED = ["SUCCEEDED", "FAILED", "STOPPED"]


class Builds(Construct):
    """When to build, and the build, which runs a client's code and so may do next to nothing."""

    def __init__(self, scope: Construct, ground: Ground, part: blueprint.Builds) -> None:
        super().__init__(scope, "Builds")
        self.ground = ground
        names = ground.names
        self.project_arn = arn("codebuild", f"project/{names.build_project}")
        self.timer_arn = arn("states", f"stateMachine:{names.machine('timer')}")
        self.group = names.schedule("once")
        self.caller_arn = arn("iam", f"role/{names.role('scheduler')}", region="")
        self.function = self._builder(part)
        self._project(part)
        self._timer()
        self._schedules()
        self._listen()
        for key, value in {
            contract.OUT_BUILDER: self.function.ref,
            contract.OUT_BUILD_PROJECT: names.build_project,
            contract.OUT_SITE_TABLE: ground.site_table.ref,
            contract.OUT_DEAD_LETTERS: ground.dead_letters.ref,
        }.items():
            CfnOutput(scope, key, value=value)

    # --- the builder ---------------------------------------------------------------------------

    def _builder(self, part: blueprint.Builds) -> awslambda.CfnFunction:
        ground = self.ground
        environment = {
            contract.SITE_TABLE: ground.site_table.ref,
            contract.SITE_BUCKET: ground.site_bucket.ref,
            contract.DATA_BUCKET: ground.data_bucket.ref,
            contract.BUILD_PROJECT: ground.names.build_project,
            contract.BUILD_POLICY: json.dumps(asdict(part.policy), sort_keys=True),
            contract.POINTER_STORE: ground.pointer_store.attr_arn,
            contract.TIMER: self.timer_arn,
            contract.SCHEDULE_GROUP: self.group,
            contract.SCHEDULE_ROLE: self.caller_arn,
            contract.DEAD_LETTERS: ground.dead_letters.ref,
        }
        if ground.content_table:
            environment[contract.CONTENT_TABLE] = ground.content_table.ref
            environment[contract.BUILD_TOPIC] = ground.topic_arn(ground.names.build_topic)
        elif ground.inbox_table:
            environment[contract.INBOX_TABLE] = ground.inbox_table.ref
        return lay_function(
            self,
            ground,
            Work(
                purpose="builder",
                timeout_seconds=300,
                environment=environment,
                statements=[*self._decides(), *self._reads_content(), *read_secrets(ground)],
            ),
        )

    def _decides(self) -> list[Statement]:
        ground = self.ground
        site, data = ground.site_bucket.attr_arn, ground.data_bucket.attr_arn
        schedules = arn("scheduler", f"schedule/{self.group}/*")
        return [
            allow(
                [f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete")]
                + ["dynamodb:Query"],
                ground.site_table.attr_arn,
            ),
            allow(
                ["s3:GetObject", "s3:DeleteObject"],
                f"{site}/{contract.RELEASES}*",
                f"{site}/{contract.ASSETS}*",
                because=PREFIX,
            ),
            allow(["s3:PutObject"], f"{site}/{contract.ERROR_PAGE}"),
            allow(["s3:ListBucket"], site, data),
            allow(
                ["s3:GetObject"],
                f"{data}/{contract.SITE_FACTS}",
                f"{data}/{contract.SOURCES}*",
                because=PREFIX,
            ),
            allow(
                ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                f"{data}/{contract.SNAPSHOTS}*",
                f"{data}/{contract.CONTENT_BODIES}*",
                because=PREFIX,
            ),
            allow(
                [
                    "codebuild:StartBuild",
                    "codebuild:StopBuild",
                    "codebuild:BatchGetBuilds",
                    "codebuild:ListBuildsForProject",
                ],
                self.project_arn,
            ),
            allow(
                [
                    "cloudfront-keyvaluestore:DescribeKeyValueStore",
                    "cloudfront-keyvaluestore:GetKey",
                    "cloudfront-keyvaluestore:PutKey",
                ],
                ground.pointer_store.attr_arn,
            ),
            allow(["states:StartExecution"], self.timer_arn),
            allow(
                [f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")],
                schedules,
                because="The one-off schedules of its own group get their names at run time.",
            ),
            allow(
                ["iam:PassRole"],
                self.caller_arn,
                when={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            ),
        ]

    def _reads_content(self) -> list[Statement]:
        """In direct mode it drives the inbox itself, and the vendor's listing is the content."""
        ground = self.ground
        if ground.content_table:
            content = ground.content_table.attr_arn
            return [
                allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], content),
                allow(["sns:Publish"], ground.topic_arn(ground.names.build_topic)),
            ]
        return ground.works_inbox()

    # --- the build -----------------------------------------------------------------------------

    def _project(self, part: blueprint.Builds) -> None:
        ground = self.ground
        name = ground.names.build_project
        log = logs.CfnLogGroup(
            self,
            "Log",
            log_group_name=f"/aws/codebuild/{name}",
            retention_in_days=LOG_DAYS,
        )
        log.apply_removal_policy(RemovalPolicy.DESTROY)
        site, data = ground.site_bucket.attr_arn, ground.data_bucket.attr_arn
        place = Construct(self, "Build")
        own = role(
            place,
            ground.names.role("build"),
            service="codebuild",
            when=OWN_ACCOUNT,
            statements=[
                allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.attr_arn),
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
            ],
        )
        project = codebuild.CfnProject(
            place,
            "Project",
            name=name,
            description="Builds one release from one snapshot of the content",
            service_role=own.attr_arn,
            source=_source(part, data_bucket=ground.data_bucket.ref),
            source_version=part.branch if part.repository else None,
            artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
            environment=codebuild.CfnProject.EnvironmentProperty(
                type="ARM_CONTAINER",
                compute_type="BUILD_GENERAL1_SMALL",
                image=part.image,
                environment_variables=[
                    codebuild.CfnProject.EnvironmentVariableProperty(name=key, value=value)
                    for key, value in {
                        contract.SITE_BUCKET: ground.site_bucket.ref,
                        contract.DATA_BUCKET: ground.data_bucket.ref,
                    }.items()
                ],
            ),
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
        accept(
            project,
            {
                "AwsSolutions-CB4": "A build makes public files and keeps no artifact; its cache "
                "is encrypted in the client's bucket. A key of one's own costs $1 a month.",
            },
        )

    # --- what wakes the builder ----------------------------------------------------------------

    def _timer(self) -> None:
        """Waits of seconds, for which a schedule is too coarse. A standard machine: its waits may
        outlast the five minutes of an express one."""
        place = Construct(self, "Timer")
        states = {
            "StartAt": "Wait",
            "States": {
                "Wait": {
                    "Type": "Wait",
                    "SecondsPath": f"$.{contract.TIMER_SECONDS}",
                    "Next": "Wake",
                },
                "Wake": {
                    "Type": "Task",
                    "Resource": f"arn:{Aws.PARTITION}:states:::lambda:invoke",
                    "Parameters": {
                        "FunctionName": self.function.attr_arn,
                        "InvocationType": "Event",
                        "Payload.$": f"$.{contract.TIMER_EVENT}",
                    },
                    "Retry": [
                        {
                            "ErrorEquals": ["States.ALL"],
                            "IntervalSeconds": 1,
                            "MaxAttempts": 5,
                            "BackoffRate": 2,
                        }
                    ],
                    "End": True,
                },
            },
        }
        own = role(
            place,
            self.ground.names.role("timer"),
            service="states",
            when=OWN_ACCOUNT,
            statements=[allow(["lambda:InvokeFunction"], self.function.attr_arn)],
        )
        machine = stepfunctions.CfnStateMachine(
            place,
            "Machine",
            state_machine_name=self.ground.names.machine("timer"),
            state_machine_type="STANDARD",
            role_arn=own.attr_arn,
            definition=states,
        )
        accept(
            machine,
            {
                "AwsSolutions-SF1": "Two states; the history of a standard execution says it all.",
                "AwsSolutions-SF2": "Nothing to trace between a wait and one call.",
            },
        )

    def _schedules(self) -> None:
        """The group of the one-off schedules that the builder sets, and the sweeper: a lost hint or
        timer costs minutes, never content."""
        place = Construct(self, "Schedules")
        scheduler.CfnScheduleGroup(place, "Once", name=self.group)
        callees = [self.function.attr_arn]
        if self.ground.content_table:
            callees.append(self.ground.function_arn("ingest"))
        own = role(
            place,
            self.ground.names.role("scheduler"),
            service="scheduler",
            when=OWN_ACCOUNT,
            statements=[
                allow(["lambda:InvokeFunction"], *callees),
                allow(["sqs:SendMessage"], self.ground.queue_arn()),
            ],
        )
        sweep(place, self.ground, "builder", self.function, own.attr_arn)

    def _listen(self) -> None:
        """A finished build wakes the builder, which asks CodeBuild itself what became of it."""
        place = Construct(self, "Finished")
        rule = events.CfnRule(
            place,
            "Rule",
            name=self.ground.names.rule("build-finished"),
            event_pattern={
                "source": ["aws.codebuild"],
                "detail-type": ["CodeBuild Build State Change"],
                "detail": {
                    "build-status": FINISHED,
                    "project-name": [self.ground.names.build_project],
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="builder",
                    arn=self.function.attr_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self.ground.queue_arn()
                    ),
                )
            ],
        )
        may_invoke(place, self.function, "events", rule.attr_arn)


def _source(part: blueprint.Builds, *, data_bucket: str) -> codebuild.CfnProject.SourceProperty:
    """The builder names the source of each build; this one stands in until then."""
    spec = json.dumps(part.buildspec, indent=1)
    if part.repository is None:
        return codebuild.CfnProject.SourceProperty(
            type="S3", location=f"{data_bucket}/{contract.SOURCES}none.zip", build_spec=spec
        )
    return codebuild.CfnProject.SourceProperty(
        type="GITHUB",
        location=f"https://github.com/{part.repository.removeprefix('github:')}.git",
        git_clone_depth=1,
        build_spec=spec,
    )


def sweep(
    scope: Construct,
    ground: Ground,
    purpose: str,
    function: awslambda.CfnFunction,
    caller: str,
) -> None:
    """Every five minutes, does what is due and was not done."""
    scheduler.CfnSchedule(
        scope,
        "Sweep",
        name=ground.names.schedule(f"sweep-{purpose}"),
        schedule_expression="rate(5 minutes)",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=function.attr_arn,
            role_arn=caller,
            input=json.dumps({"action": contract.ACTION_SWEEP}),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=300, maximum_retry_attempts=3
            ),
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=ground.queue_arn()
            ),
        ),
    )
