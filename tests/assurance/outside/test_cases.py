"""Inputs from public bug reports, each with the result that its author expects.

Cases that fail today are listed in `known_faults.json` by kind of fault. A case that passes again
fails this test until its line there is deleted: fix a kind, then delete its lines.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.assurance.outside import case_runner
from tests.assurance.outside.case_runner import CASES, case_folders, differences, known_faults


def known_fault(kind: str) -> pytest.MarkDecorator:
    """Return a strict expected failure. An error of the runner itself still fails."""
    reason = f"known fault: {kind}"
    return pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError)


def cases() -> list[Any]:
    """Return all case folders; known faults of this repository are strict expected failures."""
    faults = known_faults()
    parameters = []
    for folder in case_folders():
        kind = faults.get(folder.name) if folder.is_relative_to(CASES) else None
        marks = [known_fault(kind)] if kind else []
        parameters.append(pytest.param(folder, id=folder.name, marks=marks))
    return parameters


@pytest.mark.parametrize("folder", cases())
def test_a_case_gives_the_expected_result(folder: Path) -> None:
    assert differences(case_runner.load_case(folder)) == []


def test_every_known_fault_names_a_case() -> None:
    assert set(known_faults()) <= {file.parent.name for file in CASES.rglob("case.json")}


def test_the_runner_reports_an_unexpected_result(tmp_path: Path) -> None:
    """A runner that accepts everything would let every case pass."""
    (tmp_path / "note.md").write_text("---\ntitle: Cups\n---\nText.\n")
    (tmp_path / "case.json").write_text(
        """{"provider": "decap", "files": {"content/articles/cups.md": "note.md"}, "expect":
        {"outcome": "upsert", "equal": {"0.title": "Bowls"}, "has": {"0.body": "Tea"},
         "lacks": {"0.body": "Text"}, "null": ["0.slug"], "set": ["0.images"], "count": 2}}"""
    )
    assert len(differences(case_runner.load_case(tmp_path))) == 6


def test_a_folder_of_cases_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_CASES", "/no/such/folder")
    with pytest.raises(FileNotFoundError):
        case_folders()
