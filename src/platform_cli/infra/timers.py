"""What wakes a function when nobody calls: waits of seconds, one-off schedules, the sweepers.

A lost hint or a lost timer costs minutes, never content: the sweepers do what is due.
"""

import json

from aws_cdk import Aws
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from platform_cli.infra.ground import Ground, present
from platform_cli.infra.permissions import OWN_ACCOUNT, accept, allow, arn, role
from platform_core import contract
from platform_core.actions import SweepDue, to_message

SHORT = {
    "AwsSolutions-SF1": "Two states; the history of a standard execution says it all.",
    "AwsSolutions-SF2": "There is nothing to trace between a wait and one call.",
}
AGAIN = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 1,
    "MaxAttempts": 5,
    "BackoffRate": 2,
}


def timer_arn(ground: Ground) -> str:
    return arn("states", f"stateMachine:{ground.names.machine('timer')}")


def once_group(ground: Ground) -> str:
    """The group of the one-off schedules that the builder sets."""
    return ground.names.schedule("once")


def caller_arn(ground: Ground) -> str:
    """The role that schedules call functions with."""
    return arn("iam", f"role/{ground.names.role('scheduler')}", region="")


def lay_timer(scope: Construct, ground: Ground, function: awslambda.CfnFunction) -> None:
    """Waits of seconds, for which a schedule is too coarse. A standard machine, because its waits
    may outlast the five minutes of an express one. Its definition is text: in a property without a
    type of its own, CloudFormation hands numbers over as strings."""
    place = Construct(scope, "Timer")
    wait = {
        "Type": "Wait",
        "SecondsPath": f"$.{contract.TIMER_SECONDS}",
        "Next": "Wake",
    }
    wake = {
        "Type": "Task",
        "Resource": f"arn:{Aws.PARTITION}:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": function.attr_arn,
            "InvocationType": "Event",
            "Payload.$": f"$.{contract.TIMER_EVENT}",
        },
        "Retry": [AGAIN],
        "End": True,
    }
    own = role(
        place,
        ground.names.role("timer"),
        service="states",
        when=OWN_ACCOUNT,
        statements=[allow(["lambda:InvokeFunction"], function.attr_arn)],
    )
    machine = stepfunctions.CfnStateMachine(
        place,
        "Machine",
        state_machine_name=ground.names.machine("timer"),
        state_machine_type="STANDARD",
        role_arn=own.attr_arn,
        definition_string=ground.stack.to_json_string(
            {"StartAt": "Wait", "States": {"Wait": wait, "Wake": wake}}
        ),
    )
    accept(machine, SHORT)


def lay_schedules(scope: Construct, ground: Ground, *functions: str) -> None:
    """The group of the one-off schedules, and the role that every schedule calls these with."""
    place = Construct(scope, "Schedules")
    scheduler.CfnScheduleGroup(place, "Once", name=once_group(ground))
    called = [arn("lambda", f"function:{ground.names.function(each)}") for each in functions]
    ground.caller = role(
        place,
        ground.names.role("scheduler"),
        service="scheduler",
        when=OWN_ACCOUNT,
        statements=[
            allow(["lambda:InvokeFunction"], *called),
            allow(["sqs:SendMessage"], ground.queue_arn()),
        ],
    )


def sweep(scope: Construct, ground: Ground, purpose: str) -> None:
    """Every five minutes, does what is due and was not done."""
    scheduler.CfnSchedule(
        scope,
        "Sweep",
        name=ground.names.schedule(f"sweep-{purpose}"),
        schedule_expression="rate(5 minutes)",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=ground.functions[purpose].attr_arn,
            role_arn=present(ground.caller).attr_arn,
            input=json.dumps(to_message(SweepDue())),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=300, maximum_retry_attempts=3
            ),
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=ground.queue_arn()
            ),
        ),
    )
