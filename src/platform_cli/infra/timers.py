"""Timers that call functions: waits of seconds, one-off schedules, and the sweeps.

A lost hint or a lost timer costs minutes, never content: the next sweep does the work.
"""

import json

from aws_cdk import Aws
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from platform_cli.infra.permissions import OWN_ACCOUNT, add_role, allow, arn, suppress_nag_findings
from platform_cli.infra.shared_resources import SharedResources, required
from platform_core import contract
from platform_core.pipeline.actions import SweepDue, to_message

SHORT = {
    "AwsSolutions-SF1": "Two states; the history of a standard execution says it all.",
    "AwsSolutions-SF2": "There is nothing to trace between a wait and one call.",
}
RETRY = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 1,
    "MaxAttempts": 5,
    "BackoffRate": 2,
}


def timer_arn(shared: SharedResources) -> str:
    return arn("states", f"stateMachine:{shared.names.machine('timer')}")


def one_off_group(shared: SharedResources) -> str:
    """Return the name of the group of the builder's one-off schedules."""
    return shared.names.schedule("once")


def schedule_role_arn(shared: SharedResources) -> str:
    """Return the ARN of the role with which schedules call functions."""
    return arn("iam", f"role/{shared.names.role('scheduler')}", region="")


def add_wait_state_machine(
    scope: Construct, shared: SharedResources, function: awslambda.CfnFunction
) -> None:
    """Add the state machine that waits some seconds and then calls the function.

    A schedule is too coarse for that: its unit is the minute.
    """
    own_scope = Construct(scope, "Timer")
    wait = {"Type": "Wait", "SecondsPath": f"$.{contract.TIMER_SECONDS}", "Next": "Wake"}
    wake = {
        "Type": "Task",
        "Resource": f"arn:{Aws.PARTITION}:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": function.attr_arn,
            "InvocationType": "Event",
            "Payload.$": f"$.{contract.TIMER_EVENT}",
        },
        "Retry": [RETRY],
        "End": True,
    }
    machine_role = add_role(
        own_scope,
        shared.names.role("timer"),
        service="states",
        when=OWN_ACCOUNT,
        statements=[allow(["lambda:InvokeFunction"], function.attr_arn)],
    )
    machine = stepfunctions.CfnStateMachine(
        own_scope,
        "Machine",
        state_machine_name=shared.names.machine("timer"),
        # An express machine ends after five minutes, and a wait may last longer.
        state_machine_type="STANDARD",
        role_arn=machine_role.attr_arn,
        # As text: CloudFormation turns the numbers of an untyped property into strings.
        definition_string=shared.stack.to_json_string(
            {"StartAt": "Wait", "States": {"Wait": wait, "Wake": wake}}
        ),
    )
    suppress_nag_findings(machine, SHORT)


def add_schedule_group_and_role(scope: Construct, shared: SharedResources, *functions: str) -> None:
    """Add the group of the one-off schedules, and the role that may call these functions."""
    own_scope = Construct(scope, "Schedules")
    scheduler.CfnScheduleGroup(own_scope, "Once", name=one_off_group(shared))
    function_arns = [
        arn("lambda", f"function:{shared.names.function(purpose)}") for purpose in functions
    ]
    shared.schedule_role = add_role(
        own_scope,
        shared.names.role("scheduler"),
        service="scheduler",
        when=OWN_ACCOUNT,
        statements=[
            allow(["lambda:InvokeFunction"], *function_arns),
            allow(["sqs:SendMessage"], shared.dead_letters.attr_arn),
        ],
    )


def add_sweep(scope: Construct, shared: SharedResources, purpose: str) -> None:
    """Call the function every five minutes to do work that is due and was not done."""
    scheduler.CfnSchedule(
        scope,
        "Sweep",
        name=shared.names.schedule(f"sweep-{purpose}"),
        schedule_expression="rate(5 minutes)",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=shared.functions[purpose].attr_arn,
            role_arn=required(shared.schedule_role).attr_arn,
            input=json.dumps(to_message(SweepDue())),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=300, maximum_retry_attempts=3
            ),
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=shared.dead_letters.attr_arn
            ),
        ),
    )
