"""The build project, and the builder that decides when it runs."""

import json
from dataclasses import asdict

from aws_cdk import CfnOutput
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as awslambda
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.build_project import PREFIX, add_build_project, add_preview_project
from platform_cli.infra.functions import (
    FunctionSpec,
    add_function,
    allow_invoke,
    draft_secret_statements,
    worker_secret_statements,
)
from platform_cli.infra.parts.commits import commit_statements, commit_variables, worker_size
from platform_cli.infra.parts.content import ContentStore
from platform_cli.infra.parts.webhooks import Inbox
from platform_cli.infra.permissions import Statement, allow, allow_list, arn
from platform_cli.infra.shared_resources import SharedResources, required
from platform_cli.infra.timers import (
    add_schedule_group_and_role,
    add_sweep,
    add_wait_state_machine,
    one_off_group,
    schedule_role_arn,
    timer_arn,
)
from platform_core import contract

FINISHED = ["SUCCEEDED", "FAILED", "STOPPED"]


class Builds(Construct):
    """The builder, its timers and schedules, and the build project."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Builds) -> None:
        super().__init__(scope, "Builds")
        build_role_id = add_build_project(self, shared, part)
        has_previews = _site(shared).preview_cookie != ""
        preview_role_id = add_preview_project(self, shared, part) if has_previews else None
        variables = {contract.BUILD_ROLE_ID: build_role_id}
        variables |= _preview_variables(shared, preview_role_id)
        function = add_function(self, shared, _builder(shared, part, variables))
        add_wait_state_machine(self, shared, function)
        add_schedule_group_and_role(self, shared, *shared.blueprint.swept_functions)
        add_sweep(self, shared, "builder")
        _add_build_finished_rule(self, shared, function)
        for key, value in {
            contract.OUT_BUILDER: function.ref,
            contract.OUT_BUILD_PROJECT: shared.names.build_project,
            contract.OUT_SITE_TABLE: shared.site_table.ref,
            contract.OUT_DEAD_LETTERS: shared.dead_letters.ref,
        }.items():
            CfnOutput(scope, key, value=value)
        if has_previews:
            CfnOutput(scope, contract.OUT_PREVIEW_PROJECT, value=shared.names.preview_project)


def _builder(
    shared: SharedResources, part: model.Builds, variables: dict[str, str]
) -> FunctionSpec:
    """Return the builder. `variables` are those that only its construct knows."""
    # The construct of the content comes later; its table exists already.
    content, inbox = ContentStore.find(shared), Inbox.find(shared)
    return FunctionSpec(
        purpose="builder",
        timeout_seconds=300,
        environment=_environment(shared, part)
        | _switches(shared, part)
        | variables
        | commit_variables(shared)
        | _content_source_variables(shared, content, inbox),
        statements=[
            *_build_statements(shared),
            *_publish_statements(shared),
            *_timer_statements(shared),
            *_source_statements(shared, content, inbox),
            *worker_secret_statements(shared),
            *(draft_secret_statements(shared) if _site(shared).preview_cookie else []),
            *commit_statements(shared),
        ],
        **worker_size(shared),
    )


def _switches(shared: SharedResources, part: model.Builds) -> dict[str, str]:
    """Return the variables of what only some clients have."""
    return {
        **({contract.SITE_RULES: "1"} if _has_rules(shared) else {}),
        **({contract.BUILD_EACH_EVENT: "1"} if part.builds_each_event else {}),
    }


def _preview_variables(shared: SharedResources, role_id: str | None) -> dict[str, str]:
    if role_id is None:
        return {}
    project = shared.names.preview_project
    return {contract.PREVIEW_PROJECT: project, contract.PREVIEW_ROLE_ID: role_id}


def _projects(shared: SharedResources) -> list[str]:
    """Return the names of the build projects."""
    has_previews = _site(shared).preview_cookie != ""
    return [
        shared.names.build_project,
        *([shared.names.preview_project] if has_previews else []),
    ]


def _environment(shared: SharedResources, part: model.Builds) -> dict[str, str]:
    return {
        contract.SITE_TABLE: shared.site_table.ref,
        contract.SITE_BUCKET: shared.site_bucket.ref,
        contract.DATA_BUCKET: shared.data_bucket.ref,
        contract.BUILD_PROJECT: shared.names.build_project,
        contract.BUILD_POLICY: json.dumps(asdict(part.policy), sort_keys=True),
        contract.POINTER_STORE: shared.pointer_store.attr_arn,
        contract.TIMER: timer_arn(shared),
        contract.SCHEDULE_GROUP: one_off_group(shared),
        contract.SCHEDULE_ROLE: schedule_role_arn(shared),
        contract.DEAD_LETTERS: shared.dead_letters.ref,
        contract.DEAD_LETTERS_ARN: shared.dead_letters.attr_arn,
    }


def _has_rules(shared: SharedResources) -> bool:
    return _site(shared).has_rules


def _site(shared: SharedResources) -> model.Site:
    return required(shared.blueprint.find(model.Site))


def _content_source_variables(
    shared: SharedResources, content: ContentStore | None, inbox: Inbox | None
) -> dict[str, str]:
    """Return the environment that names the builder's source of content."""
    if content is not None:
        return {
            contract.CONTENT_TABLE: content.table.ref,
            contract.BUILD_TOPIC: shared.topic_arn(shared.names.build_topic),
        }
    return {contract.INBOX_TABLE: inbox.table.ref} if inbox is not None else {}


# --- permissions of the builder ----------------------------------------------------------------


def _build_statements(shared: SharedResources) -> list[Statement]:
    """Allow it to decide on its rows, to write the snapshot, and to run the build."""
    data = shared.data_bucket.attr_arn
    rows = [f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete")]
    build = ("StartBuild", "StopBuild", "BatchGetBuilds", "ListBuildsForProject")
    return [
        allow([*rows, "dynamodb:Query"], shared.site_table.attr_arn),
        allow(["s3:GetObject"], f"{data}/{contract.SITE_FACTS}"),
        allow(
            ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"],
            f"{data}/{contract.SNAPSHOTS}*",
            because=PREFIX,
        ),
        allow(
            [f"codebuild:{verb}" for verb in build],
            *(arn("codebuild", f"project/{name}") for name in _projects(shared)),
        ),
    ]


def _publish_statements(shared: SharedResources) -> list[Statement]:
    """Allow it to check a release, move the pointer, put the 404 page, and prune releases."""
    site = shared.site_bucket.attr_arn
    has_previews = _site(shared).preview_cookie != ""
    rules = ("ListKeys", "UpdateKeys") if _has_rules(shared) or has_previews else ()
    previews = (contract.PREVIEWS,) if has_previews else ()
    pointer = ("DescribeKeyValueStore", "PutKey", *rules)
    return [
        allow(
            ["s3:GetObject", "s3:DeleteObject"],
            f"{site}/{contract.RELEASES}*",
            f"{site}/{contract.ASSETS}*",
            *(f"{site}/{prefix}*" for prefix in previews),
            because=PREFIX,
        ),
        allow(["s3:PutObject"], f"{site}/{contract.ERROR_PAGE}"),
        allow_list(site, contract.RELEASES, contract.ASSETS, *previews),
        allow_list(
            shared.data_bucket.attr_arn,
            contract.SNAPSHOTS,
            contract.SITE_FACTS,
            contract.CONTENT_BODIES,
        ),
        allow(
            [f"cloudfront-keyvaluestore:{verb}" for verb in pointer],
            shared.pointer_store.attr_arn,
        ),
    ]


def _timer_statements(shared: SharedResources) -> list[Statement]:
    """Allow it to start the timer and to set one-off schedules."""
    return [
        allow(["states:StartExecution"], timer_arn(shared)),
        allow(
            ["scheduler:CreateSchedule"],
            arn("scheduler", f"schedule/{one_off_group(shared)}/*"),
            because="The one-off schedules of its own group get their names at run time.",
        ),
        allow(
            ["iam:PassRole"],
            schedule_role_arn(shared),
            when={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        ),
    ]


def _source_statements(
    shared: SharedResources, content: ContentStore | None, inbox: Inbox | None
) -> list[Statement]:
    """Allow it to read the content.

    In direct mode the vendor's listing is the content, and the builder applies the deliveries.
    """
    if content is None:
        return inbox.worker_statements() if inbox is not None else []
    return [
        *content.snapshot_statements(),
        allow(["sns:Publish"], shared.topic_arn(shared.names.build_topic)),
    ]


def _add_build_finished_rule(
    scope: Construct, shared: SharedResources, function: awslambda.CfnFunction
) -> None:
    """Call the builder when a build ends; it then reads the result from CodeBuild itself."""
    own_scope = Construct(scope, "Finished")
    rule = events.CfnRule(
        own_scope,
        "Rule",
        name=shared.names.build_finished_rule,
        event_pattern={
            "source": ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            "detail": {
                "build-status": FINISHED,
                "project-name": _projects(shared),
            },
        },
        targets=[
            events.CfnRule.TargetProperty(
                id="builder",
                arn=function.attr_arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                    arn=shared.dead_letters.attr_arn
                ),
            )
        ],
    )
    allow_invoke(own_scope, function, "events", rule.attr_arn)
