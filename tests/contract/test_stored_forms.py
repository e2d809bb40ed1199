"""Stored, sent and logged forms do not change: `UPDATE_GOLDEN=1` writes the golden files.

Rows, objects and messages outlive every deploy, so later code must read them. A change of a golden
file here needs a reason that a reader of old data accepts.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.contract.stored import record

GOLDEN = Path(__file__).parent / "golden" / "stored"
FORMS = (
    "inbox_rows", "content_rows", "site_rows", "objects", "calls", "answers", "log_lines",
    "deployment_files",
)  # fmt: skip


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return record()


@pytest.mark.parametrize("form", FORMS)
def test_a_stored_form_has_not_changed(recorded: dict[str, Any], form: str) -> None:
    golden = GOLDEN / f"{form}.json"
    text = json.dumps(recorded[form], indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), f"if it is meant to be: UPDATE_GOLDEN=1 pytest {__file__}"


def test_every_form_is_compared(recorded: dict[str, Any]) -> None:
    assert set(recorded) == set(FORMS) == {path.stem for path in GOLDEN.glob("*.json")}
