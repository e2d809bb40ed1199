"""What a person reads when something is wrong, word for word.

`golden/*.yaml` are clients' files with mistakes, the `.txt` beside each is what `validate` says.
`golden/calls.txt` is a transcript of wrong calls. `GOLDEN=write` writes them anew: read the
difference before you commit it.
"""

import os
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Call

GOLDEN = Path(__file__).parent / "golden"


def compare(path: Path, text: str) -> None:
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_finding_of_a_file(file: Path, workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").write_bytes(file.read_bytes())
    called = call("validate", "acme")
    assert called.code == 2
    assert called.out == ""
    compare(file.with_suffix(".txt"), called.err)


def test_wrong_calls(workspace: Path, call: Call) -> None:
    transcript = GOLDEN / "calls.txt"
    lines = []
    for line in transcript.read_text().splitlines():
        if line.startswith("$ platform"):
            called = call(*shlex.split(line)[2:])
            shown = (called.out + called.err).replace(str(workspace), "WORKSPACE")
            lines += [line, *shown.splitlines(), f"[exit {called.code}]", ""]
    compare(transcript, "\n".join(lines))
