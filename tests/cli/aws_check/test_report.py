"""The report holds every row and no personal data, and the screen begins with what matters."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.aws_check.checks import Verdict
from benchmarks.aws_check.cost import RunCost
from benchmarks.aws_check.masking import mask
from benchmarks.aws_check.observations import Step
from benchmarks.aws_check.report import Report, describe_rows, summarize, to_document, write_report
from benchmarks.aws_check.rows import read_assumptions
from benchmarks.aws_check.run import run_steps
from platform_cli.cost.amounts import Range
from platform_cli.errors import PlatformError
from tests.fakes.check_cloud import GOOD_PROBES, CheckCloud

ROWS = read_assumptions((Path(__file__).parents[3] / "docs" / "aws.md").read_text())
COST = Range(Decimal("0.03"), Decimal("0.05"), Decimal("0.10"))
AT = datetime(2026, 12, 1, 4, 25, 2, tzinfo=UTC)
PERSON = "arn:aws:sts::111122223333:assumed-role/Admin/jane.doe@agency.example"
SECRET = "5f" * 32


def make_report(cloud: CheckCloud, *, target: str = "aws") -> Report:
    run = run_steps(cloud, ROWS, is_local=target == "local")
    return Report(run, ROWS, target, "eu-west-1", "0.2.0", AT, COST)


def test_the_file_has_every_row_and_is_named_by_its_date(tmp_path: Path) -> None:
    path = write_report(make_report(CheckCloud()), tmp_path)
    assert path.name == "aws-check-2026-12-01T042502Z-aws.json"
    document = json.loads(path.read_text())
    assert [row["id"] for row in document["rows"]] == [row.id for row in ROWS]
    assert [row["assumption"] for row in document["rows"]] == [row.text for row in ROWS]
    assert [step["step"] for step in document["steps"]] == list(Step)
    assert document["is_complete"] is True
    assert document["estimated_usd"]["expected"] == "0.0500"


def test_the_file_names_no_person_account_key_or_secret() -> None:
    message = f"User: {PERSON} is not authorized; {Path.home()}/x; 10.1.2.3; {SECRET}"
    cloud = CheckCloud(
        errors={Step.SEND: PlatformError(message)},
        removal_error=PlatformError(message),
        log=(f"router: AKIAIOSFODNN7EXAMPLE check-1-dev-site-111122223333 {message}",),
    )
    text = json.dumps(to_document(make_report(cloud)))
    for private in ("111122223333", "jane", "AKIA", "10.1.2.3", SECRET, str(Path.home())):
        assert private not in text
    assert "is not authorized" in text


@given(st.text(), st.from_regex(r"[0-9]{12}", fullmatch=True), st.text())
def test_no_account_id_survives(before: str, account: str, after: str) -> None:
    masked = mask(f"{before} {account}-{after}")
    assert account not in masked or account in f"{before} {after}"


@pytest.mark.parametrize(
    "text",
    [
        "AWSCodeBuild-0b5e9a6e-1f2a-4c3d-8e7f-0123456789ab",
        "Table (AWS::DynamoDB::GlobalTable) CREATE_FAILED: a view of the stream",
        "0.2.0",
    ],
)
def test_facts_stay_readable(text: str) -> None:
    assert mask(text) == text


def test_a_refuted_row_comes_first_with_its_reason() -> None:
    cloud = CheckCloud(probes=replace(GOOD_PROBES, missing_page_status=403))
    lines = list(describe_rows(make_report(cloud)))
    assert lines[0].startswith("not held  edge-lists-bucket: The edge may list")
    assert lines[1].strip() == "a missing page got 403"
    assert len(lines) == 2 * len(ROWS)


def test_a_clean_run_on_aws_ends_with_its_cost_and_without_leftovers() -> None:
    text = "\n".join(summarize(make_report(CheckCloud())))
    assert "Every step succeeded" in text
    assert "about $0.05 ($0.03 to $0.10), an estimate" in text
    assert "Nothing of the run is left over." in text


def test_leftovers_are_shown_with_the_commands_that_remove_them() -> None:
    cloud = CheckCloud({Step.SEND: PlatformError("no")}, removal_error=PlatformError("denied"))
    text = "\n".join(summarize(make_report(cloud)))
    assert text.startswith("Stopped at `send a signed delivery`: no")
    assert "The clean-up failed: denied" in text
    assert "  remove stack    (the stack)" in text
    assert "Nothing of the run is left over" not in text


def test_the_embedded_cloud_says_that_it_is_not_aws() -> None:
    report = make_report(CheckCloud(), target="local")
    text = "\n".join(summarize(report))
    assert "ran on the embedded cloud" in text
    assert f"0 not held, 0 held, {len(ROWS)} not seen" in text
    verdicts = {judgement.verdict for judgement in report.run.judgements.values()}
    assert verdicts == {Verdict.NOT_SEEN}


def test_a_longer_run_costs_its_share_of_an_idle_month() -> None:
    cost = RunCost(Range.exactly(Decimal("0.05")), Range.exactly(Decimal(730)))
    assert cost.estimate(0).expected == Decimal("0.05")
    assert cost.estimate(7200).expected == Decimal("2.05")
