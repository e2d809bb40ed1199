"""Runs the steps in order, stops at the first surprise, and removes all that it made."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from benchmarks.aws_check.checks import Judgement, Verdict, judge_rows
from benchmarks.aws_check.cloud import Cloud, Leftover, Surprise
from benchmarks.aws_check.observations import Failure, Observations, Step
from benchmarks.aws_check.rows import Assumption
from platform_cli.errors import PlatformError

INTERRUPTED: Final = "interrupted"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run."""

    seen: Observations
    judgements: Mapping[str, Judgement]
    seconds: float
    """Duration, the clean-up included."""
    leftovers: tuple[Leftover, ...]
    clean_up_error: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether every step succeeded and nothing is left over."""
        return self.seen.failure is None and not self.leftovers


def run_steps(
    cloud: Cloud,
    rows: Iterable[Assumption],
    *,
    is_local: bool,
    clock: Callable[[], float] = time.monotonic,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Run:
    """Run all steps, then delete everything. A failure is part of the result and is not raised.

    A row that does not hold is a surprise as well, and ends the run.
    """
    rows, seen, started = tuple(rows), Observations(), clock()
    for step, act in ACTIONS.items():
        began = clock()
        try:
            on_step(step)
            act(cloud, seen)
            seen.seconds[step] = clock() - began
            _require_no_refuted_row(judge_rows(rows, seen, is_local=is_local))
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - any error is a surprise
            seen.failure = Failure(step, type(error).__name__, describe_error(error))
            _collect_evidence(cloud, seen)
            break
    clean_up_error = _clean_up(cloud)
    return Run(
        seen=seen,
        judgements=judge_rows(rows, seen, is_local=is_local),
        seconds=clock() - started,
        leftovers=cloud.list_remains(),
        clean_up_error=clean_up_error,
    )


def describe_error(error: BaseException) -> str:
    """Return the message of an error, with the excerpt of a log if it has one."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, PlatformError):
        texts = (text for item in error.findings for text in (item.message, item.excerpt))
        return "\n".join(text for text in texts if text)
    return str(error) or type(error).__name__


# --- the steps ------------------------------------------------------------------------------------


def _deploy(cloud: Cloud, seen: Observations) -> None:
    cloud.deploy()
    seen.is_stack_created = True


def _send(cloud: Cloud, seen: Observations) -> None:
    seen.delivery = cloud.send()


def _probe(cloud: Cloud, seen: Observations) -> None:
    seen.probes = cloud.probe()


def _read_metrics(cloud: Cloud, seen: Observations) -> None:
    seen.has_metrics = cloud.has_metrics()


ACTIONS: Final[Mapping[Step, Callable[[Cloud, Observations], None]]] = {
    Step.DEPLOY: _deploy,
    Step.SEND: _send,
    Step.PROBE: _probe,
    Step.ROLL_BACK: lambda cloud, _: cloud.roll_back(),
    Step.DESTROY: lambda cloud, _: cloud.destroy(),
    Step.DEPLOY_AGAIN: lambda cloud, _: cloud.deploy(),
    Step.DESTROY_AGAIN: lambda cloud, _: cloud.destroy(),
    Step.READ_METRICS: _read_metrics,
}


def _require_no_refuted_row(judgements: Mapping[str, Judgement]) -> None:
    for row_id, judgement in judgements.items():
        if judgement.verdict is Verdict.NOT_HELD:
            raise Surprise(f"{row_id} does not hold: {judgement.reason}")


# --- after the steps ------------------------------------------------------------------------------


def _collect_evidence(cloud: Cloud, seen: Observations) -> None:
    """Read facts that explain a failure, as far as the cloud still answers."""
    # Nothing may keep the clean-up from running, not even a second Ctrl-C.
    with suppress(Exception, KeyboardInterrupt):
        seen.is_stack_created = seen.is_stack_created or cloud.is_deployed()
        seen.error_lines = cloud.read_errors()


def _clean_up(cloud: Cloud) -> str:
    """Delete everything. Returns the reason if that fails; `list_remains` knows the rest."""
    try:
        cloud.remove_everything()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - reported with the leftovers
        return describe_error(error)
    return ""
