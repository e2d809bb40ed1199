"""Wake the builder: within minutes through a state machine, later through a one-time schedule.

A schedule is precise to the minute, so short waits need the state machine.
"""

import json
import math
from datetime import UTC, datetime
from typing import Any, Final

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core.pipeline.actions import ReconcileSite, to_message
from platform_core.pipeline.timer_input import TimerInput

MAX_STATE_MACHINE_WAIT: Final = 300.0


class BuilderTimers:
    """The port `Timers`. `clients` are those of Step Functions and of EventBridge Scheduler."""

    def __init__(
        self,
        clients: tuple[Any, Any],
        *,
        machine: str,
        group: str,
        role: str,
        function: str,
        dead_letters: str,
    ) -> None:
        self._machines, self._scheduler = clients
        self._machine = machine
        self._group = group
        self._role = role
        self._function = function
        self._dead_letters = dead_letters

    def schedule_wakeup(self, at: float, now: float) -> None:
        if at - now <= MAX_STATE_MACHINE_WAIT:
            self._start_timer(max(math.ceil(at - now), 1))
        else:
            self._create_schedule(at)

    def _start_timer(self, seconds: int) -> None:
        message = TimerInput(seconds).to_message()
        with translate_errors("timer"):
            self._machines.start_execution(stateMachineArn=self._machine, input=json.dumps(message))

    def _create_schedule(self, at: float) -> None:
        """Create the schedule of this second. It has a name of its own, so a second one is refused
        as a conflict, which is fine."""
        moment = datetime.fromtimestamp(math.ceil(at), UTC)
        with translate_errors("schedule"):
            try:
                self._scheduler.create_schedule(
                    Name=f"wake-{moment:%Y%m%d-%H%M%S}",
                    GroupName=self._group,
                    ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._function,
                        "RoleArn": self._role,
                        "Input": json.dumps(to_message(ReconcileSite())),
                        "RetryPolicy": {
                            "MaximumEventAgeInSeconds": 3600,
                            "MaximumRetryAttempts": 10,
                        },
                        "DeadLetterConfig": {"Arn": self._dead_letters},
                    },
                )
            except AWS_ERRORS as error:
                if error_code(error) != "ConflictException":
                    raise
