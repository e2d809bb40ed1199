"""The examples of a documentation page, run by doctest."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

DEPLOYING = "Deploying, watching and rolling back"
"""The section of docs/api.md that needs the embedded cloud."""


def read_examples(page: Path, *, only: str = "", without: str = "") -> list[str]:
    """Return the Python blocks of a page: those of one section, or those of all others.

    Blocks before the first section, such as the import, always belong to the result.
    """
    examples = []
    head, *sections = re.split(r"^## (?=.*$)", page.read_text(), flags=re.MULTILINE)
    for section in ["\n" + head, *sections]:
        title, _, text = section.partition("\n")
        if not title or (title == only if only else title != without):
            examples += re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return examples


def run_examples(examples: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run the examples in one interpreter of their own, in a folder."""
    (folder / "page.txt").write_text("".join(examples))
    completed = subprocess.run(
        [sys.executable, "-m", "doctest", "-o", "IGNORE_EXCEPTION_DETAIL", "page.txt"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
