"""Each row of docs/aws.md is judged by what a run saw, and never by hope."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.aws_check.checks import (
    CHECKS,
    NOT_OBSERVABLE,
    NOT_REACHED,
    ON_EMBEDDED_CLOUD,
    Judgement,
    Verdict,
    judge_rows,
)
from benchmarks.aws_check.observations import DeliveryResult, Failure, Observations, Step
from benchmarks.aws_check.rows import read_assumptions
from tests.fakes.check_cloud import GOOD_PROBES

ROWS = read_assumptions((Path(__file__).parents[3] / "docs" / "aws.md").read_text())
HALF_SEEN = {"route-limits", "unknown-addresses"}
"""Rows of which a run can see one half only, so it can refute them and not confirm them."""


def see_everything() -> Observations:
    return Observations(
        seconds=dict.fromkeys(Step, 60.0),
        is_stack_created=True,
        delivery=DeliveryResult(1.5, 60.0),
        probes=GOOD_PROBES,
        has_metrics=True,
    )


def fail_deploy(message: str, *, created: bool = False, kind: str = "DeployFailed") -> Observations:
    return Observations(is_stack_created=created, failure=Failure(Step.DEPLOY, kind, message))


def judge(row_id: str, seen: Observations, *, is_local: bool = False) -> Judgement:
    return judge_rows(ROWS, seen, is_local=is_local)[row_id]


def test_every_row_has_a_check_or_the_reason_why_not() -> None:
    ids = [row.id for row in ROWS]
    assert sorted(ids) == sorted([*CHECKS, *NOT_OBSERVABLE])


def test_a_run_that_saw_everything_confirms_every_row_that_has_a_check() -> None:
    judgements = judge_rows(ROWS, see_everything(), is_local=False)
    confirmed = {row for row in judgements if judgements[row].verdict is Verdict.HELD}
    assert confirmed == set(CHECKS) - HALF_SEEN
    assert all(judgement.reason for judgement in judgements.values())


def test_a_run_that_saw_nothing_confirms_and_refutes_nothing() -> None:
    judgements = judge_rows(ROWS, Observations(), is_local=False)
    assert {judgement.verdict for judgement in judgements.values()} == {Verdict.NOT_SEEN}
    assert {row for row in judgements if judgements[row] == NOT_REACHED} == set(CHECKS)


@pytest.mark.parametrize(
    "seen",
    [see_everything(), Observations(), fail_deploy("X (AWS::IAM::Role) CREATE_FAILED: no")],
    ids=["everything", "nothing", "failure"],
)
def test_the_embedded_cloud_confirms_and_refutes_nothing(seen: Observations) -> None:
    judgements = judge_rows(ROWS, seen, is_local=True)
    assert {judgement.verdict for judgement in judgements.values()} == {Verdict.NOT_SEEN}


def test_the_embedded_cloud_says_what_it_did() -> None:
    reason = judge("edge-lists-bucket", see_everything(), is_local=True).reason
    assert reason == f"{ON_EMBEDDED_CLOUD}; there: a missing page got 404"


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        (
            "template",
            fail_deploy("Site (AWS::CloudFront::Function) CREATE_FAILED: no such runtime"),
        ),
        ("keys-only-stream", fail_deploy("Inbox (AWS::DynamoDB::GlobalTable) CREATE_FAILED: view")),
        ("route-limits", fail_deploy("Stage CREATE_FAILED: Unable to find Route by key POST /x")),
        ("powertools-layer", fail_deploy("Runtime.ImportModuleError: pydantic", created=True)),
        (
            "codebuild-role",
            fail_deploy(
                "assumed-role/build/AWSCodeBuild-1 is not authorized to perform: s3:ListBucket",
                created=True,
                kind="BuildFailed",
            ),
        ),
        (
            "build-session",
            fail_deploy(
                "assumed-role/build/AWSCodeBuild-1 is not authorized to perform: s3:PutObject on "
                "arn:aws:s3:::acme/releases/2/index.html",
                created=True,
                kind="BuildFailed",
            ),
        ),
        ("object-checksum", fail_deploy("a.css has other bytes than its name says", created=True)),
    ],
)
def test_a_failed_deploy_refutes_the_row_that_its_message_names(
    row: str, seen: Observations
) -> None:
    assert judge(row, seen).verdict is Verdict.NOT_HELD
    assert seen.failure is not None
    assert judge(row, seen).reason == seen.failure.message


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ("edge-lists-bucket", {"missing_page_status": 403}),
        ("unknown-addresses", {"unknown_address_status": 401}),
        ("large-body", {"large_body_reached": False}),
        ("write-once-policy", {"unconditional_put_refused": False}),
        ("pointer-write", {"old_pointer_version_refused": False}),
        ("encoded-slashes", {"slash_id_status": 403}),
    ],
)
def test_an_answer_refutes_its_row_only(row: str, answer: dict[str, object]) -> None:
    seen = see_everything()
    seen.probes = replace(GOOD_PROBES, **answer)  # type: ignore[arg-type]
    judgements = judge_rows(ROWS, seen, is_local=False)
    refuted = {name for name in judgements if judgements[name].verdict is Verdict.NOT_HELD}
    assert refuted == {row}


def test_a_person_without_rights_refutes_nothing() -> None:
    seen = see_everything()
    seen.has_metrics = None
    seen.probes = replace(
        GOOD_PROBES,
        conditional_put_accepted=False,
        old_pointer_version_refused=None,
        slash_id_status=403,
        id_query_status=403,
    )
    for row in ("log-metrics", "write-once-policy", "pointer-write", "encoded-slashes"):
        assert judge(row, seen).verdict is Verdict.NOT_SEEN


def test_an_interrupted_deploy_refutes_nothing() -> None:
    seen = fail_deploy("interrupted", kind="KeyboardInterrupt")
    assert judge("template", seen) == NOT_REACHED
