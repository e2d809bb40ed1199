"""The report of a run: a file to send, and the same facts for a person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from benchmarks.aws_check.checks import Verdict
from benchmarks.aws_check.masking import mask
from benchmarks.aws_check.rows import Assumption
from benchmarks.aws_check.run import Run
from platform_cli.cost.amounts import Range

FORMAT: Final = 1
"""Version of the file's form."""
SHOWN: Final = (Verdict.NOT_HELD, Verdict.HELD, Verdict.NOT_SEEN)
"""Order of the verdicts on the screen: the most important first."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run with its circumstances."""

    run: Run
    rows: Sequence[Assumption]
    target: str
    region: str
    version: str
    at: datetime
    """UTC."""
    cost: Range
    """Estimated dollars."""


def to_document(report: Report) -> Mapping[str, object]:
    """Return the content of the report file. Every text in it is masked."""
    run, seen = report.run, report.run.seen
    document = {
        "format": FORMAT,
        "at": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
        "target": report.target,
        "region": report.region,
        "version": report.version,
        "is_complete": run.is_clean,
        "failure": seen.failure
        and {
            "step": seen.failure.step,
            "kind": seen.failure.kind,
            "message": seen.failure.message,
            "log_lines": seen.error_lines,
        },
        "steps": [
            {"step": step, "seconds": round(seconds, 1)} for step, seconds in seen.seconds.items()
        ],
        "seconds": round(run.seconds, 1),
        "estimated_usd": {
            "low": _dollars(report.cost.low),
            "expected": _dollars(report.cost.expected),
            "high": _dollars(report.cost.high),
        },
        "left_over": [item.description for item in run.leftovers],
        "clean_up_error": run.clean_up_error or None,
        "rows": [
            {
                "id": row.id,
                "assumption": row.text,
                "verdict": run.judgements[row.id].verdict,
                "reason": run.judgements[row.id].reason,
            }
            for row in report.rows
        ],
    }
    return dict(_mask_texts(document))


def write_report(report: Report, folder: Path) -> Path:
    """Write the report file, named by its date and target. Returns its path."""
    path = folder / f"aws-check-{report.at:%Y-%m-%dT%H%M%SZ}-{report.target}.json"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(to_document(report), indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def describe_rows(report: Report) -> Iterator[str]:
    """Yield the lines that show every row: the verdict, the assumption, the reason."""
    for verdict in SHOWN:
        for row in report.rows:
            judgement = report.run.judgements[row.id]
            if judgement.verdict is verdict:
                yield f"{verdict:<8}  {row.id}: {row.text}"
                yield f"          {judgement.reason}"


def summarize(report: Report) -> Iterator[str]:
    """Yield the result in a few lines: the answer first, the counts, the cost, the remains."""
    run = report.run
    verdicts = [judgement.verdict for judgement in run.judgements.values()]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in SHOWN)
    if failure := run.seen.failure:
        yield f"Stopped at `{failure.step}`: {failure.message}"
    else:
        yield f"Every step succeeded, in {run.seconds / 60:.1f} minutes."
    yield f"Rows of docs/aws.md: {counts}."
    if report.target == "local":
        yield (
            "This ran on the embedded cloud of this machine, which costs nothing. Only AWS can "
            "confirm these rows, so none of them is held or not held."
        )
    else:
        yield f"Cost: {describe_cost(report.cost)}."
    if run.clean_up_error:
        yield f"The clean-up failed: {run.clean_up_error}"
    if run.leftovers:
        yield "Left over; remove with:"
        yield from (f"  {item.command}    ({item.description})" for item in run.leftovers)
    else:
        yield "Nothing of the run is left over."


def describe_cost(cost: Range) -> str:
    """Return the cost of a run as a phrase."""
    return (
        f"about ${cost.expected:.2f} (${cost.low:.2f} to ${cost.high:.2f}), an estimate by the "
        "price table of `platform cost`"
    )


def _dollars(amount: Decimal) -> str:
    return f"{amount:.4f}"


def _mask_texts(value: Any) -> Any:
    """Return the same structure with every text masked."""
    match value:
        case str():
            return mask(value)
        case Mapping():
            return {name: _mask_texts(item) for name, item in value.items()}
        case list() | tuple():
            return [_mask_texts(item) for item in value]
        case _:
            return value
