"""Wakes the builder: within minutes by a small state machine, later by a schedule that goes away.

A schedule fires to the minute, so it is of no use for a wait of seconds.
"""

import json
import math
from datetime import UTC, datetime
from typing import Any, Final

from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.stores import available
from platform_core.actions import Look, TimerInput, to_message

SHORT: Final = 300.0


class BuilderTimers:
    """The port `Timers`."""

    def __init__(
        self,
        machines: Any,
        scheduler: Any,
        *,
        machine: str,
        group: str,
        role: str,
        function: str,
        dead_letters: str,
    ) -> None:
        self._machines = machines
        self._scheduler = scheduler
        self._machine = machine
        self._group = group
        self._role = role
        self._function = function
        self._dead_letters = dead_letters

    def wake(self, at: float, now: float) -> None:
        if at - now <= SHORT:
            self._wait(max(math.ceil(at - now), 1))
        else:
            self._schedule(at)

    def _wait(self, seconds: int) -> None:
        given = TimerInput(seconds).to_message()
        with available("timer"):
            self._machines.start_execution(stateMachineArn=self._machine, input=json.dumps(given))

    def _schedule(self, at: float) -> None:
        """One for each moment; two that are wanted for the same one are the same."""
        moment = datetime.fromtimestamp(math.ceil(at), UTC)
        with available("schedule"):
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
                        "Input": json.dumps(to_message(Look())),
                        "RetryPolicy": {
                            "MaximumEventAgeInSeconds": 3600,
                            "MaximumRetryAttempts": 10,
                        },
                        "DeadLetterConfig": {"Arn": self._dead_letters},
                    },
                )
            except FAULTS as error:
                if code(error) != "ConflictException":
                    raise
