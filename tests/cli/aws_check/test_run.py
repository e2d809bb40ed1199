"""A run stops at the first surprise and leaves nothing behind, or says what it leaves."""

from dataclasses import replace

import pytest

from benchmarks.aws_check.checks import Verdict
from benchmarks.aws_check.cloud import Surprise
from benchmarks.aws_check.observations import Step
from benchmarks.aws_check.rows import Assumption
from benchmarks.aws_check.run import INTERRUPTED, Run, run_steps
from platform_cli.errors import DeployFailed, PlatformError
from tests.fakes.check_cloud import GOOD_PROBES, CheckCloud

ROWS = tuple(
    Assumption(name, name, "", "") for name in ("template", "edge-lists-bucket", "log-metrics")
)
ORDER = ["deploy", "send", "probe", "roll_back", "destroy", "deploy", "destroy", "has_metrics"]
ERRORS = (
    Surprise("the delivery got 500"),
    PlatformError("AWS said no"),
    RuntimeError("a bug"),
    KeyboardInterrupt(),
)


def run(cloud: CheckCloud, *, is_local: bool = False) -> Run:
    return run_steps(cloud, ROWS, is_local=is_local)


def test_a_run_takes_every_step_in_order_and_removes_everything() -> None:
    cloud = CheckCloud()
    result = run(cloud)
    assert cloud.calls == ORDER
    assert cloud.existing == []
    assert result.is_clean
    assert list(result.seen.seconds) == list(Step)
    assert {judgement.verdict for judgement in result.judgements.values()} == {Verdict.HELD}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", Step)
def test_any_error_at_any_step_ends_the_run_and_removes_everything(
    step: Step, error: BaseException
) -> None:
    cloud = CheckCloud(errors={step: error})
    result = run(cloud)
    assert cloud.calls == ORDER[: list(Step).index(step) + 1]
    assert cloud.existing == []
    assert not result.is_clean
    assert result.seen.failure is not None
    assert result.seen.failure.step is step
    assert result.seen.failure.message == (str(error) or INTERRUPTED)


def test_a_row_that_does_not_hold_ends_the_run() -> None:
    refused = replace(GOOD_PROBES, missing_page_status=403)
    cloud = CheckCloud(probes=refused)
    result = run(cloud)
    assert cloud.calls[-1] == "probe"
    assert result.judgements["edge-lists-bucket"].verdict is Verdict.NOT_HELD
    assert result.seen.failure is not None
    assert "edge-lists-bucket does not hold" in result.seen.failure.message
    assert cloud.existing == []


@pytest.mark.parametrize(
    "error", [PlatformError("denied"), RuntimeError("bug"), KeyboardInterrupt()]
)
def test_a_clean_up_that_fails_says_what_is_left_over(error: BaseException) -> None:
    result = run(CheckCloud(errors={Step.SEND: Surprise("no")}, removal_error=error))
    assert [item.command for item in result.leftovers] == ["remove stack", "remove secret"]
    assert result.clean_up_error == (str(error) or INTERRUPTED)
    assert not result.is_clean


def test_leftovers_after_successful_steps_are_a_failure() -> None:
    result = run(CheckCloud(removal_error=PlatformError("denied")))
    assert result.seen.failure is None
    assert [item.description for item in result.leftovers] == ["the secret"]
    assert not result.is_clean


@pytest.mark.parametrize("error", [RuntimeError("no answer"), KeyboardInterrupt()])
def test_missing_evidence_does_not_keep_the_clean_up_from_running(error: BaseException) -> None:
    cloud = CheckCloud(errors={Step.DEPLOY: DeployFailed("no")}, evidence_error=error)
    result = run(cloud)
    assert cloud.existing == []
    assert result.seen.failure is not None


def test_a_failed_build_is_no_failed_stack() -> None:
    log = ("builder: ImportModuleError",)
    result = run(CheckCloud(errors={Step.DEPLOY: PlatformError("build failed")}, log=log))
    assert result.judgements["template"].verdict is Verdict.HELD
    assert result.seen.error_lines == log
