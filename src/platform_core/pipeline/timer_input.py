"""Input of the state machine that calls the builder after some seconds."""

from dataclasses import dataclass, field

from platform_core import contract
from platform_core.pipeline.actions import Action, Message, ReconcileSite, to_message


@dataclass(frozen=True, slots=True)
class TimerInput:
    """Input of the timer's state machine: wait, then call the builder with `action`."""

    seconds: int
    action: Action = field(default_factory=ReconcileSite)

    def to_message(self) -> Message:
        return {
            contract.TIMER_SECONDS: self.seconds,
            contract.TIMER_EVENT: to_message(self.action),
        }
