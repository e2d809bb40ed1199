"""Exact error messages.

`golden/*.yaml` are invalid client files; the `.txt` beside each is the output of `validate`.
`golden/calls.txt` is a transcript of invalid calls. `UPDATE_GOLDEN=1` updates the files: review the
difference before committing it.
"""

import os
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Call

GOLDEN = Path(__file__).parent / "golden"


def compare(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_findings_of_invalid_files(file: Path, workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").write_bytes(file.read_bytes())
    called = call("validate", "acme")
    assert called.code == 2
    assert called.out == ""
    compare(file.with_suffix(".txt"), called.err)


def test_messages_of_invalid_calls(workspace: Path, call: Call) -> None:
    transcript = GOLDEN / "calls.txt"
    lines = []
    for line in transcript.read_text().splitlines():
        if line.startswith("$ platform"):
            called = call(*shlex.split(line)[2:])
            output = (called.out + called.err).replace(str(workspace), "WORKSPACE")
            lines += [line, *output.splitlines(), f"[exit {called.code}]", ""]
    compare(transcript, "\n".join(lines))
