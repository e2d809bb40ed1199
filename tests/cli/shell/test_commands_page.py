"""`docs/commands.md` matches the output of `--help`. UPDATE_DOCS=1 updates it."""

import os
import subprocess
import sys
from pathlib import Path

from platform_cli.verbs import existing_verbs

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "commands.md"
HEAD = """# Commands

The help of `platform` and of each verb. Every command takes `--json` (one object
`{"command", "data", "warnings"}` on stdout and nothing else there), `--quiet`, `--workspace DIR`,
`--yes`, `--no-input` and `--debug`, before or after the verb.

Exit codes: 0 ok, 1 failure, 2 usage or config, 3 changes found, 4 part of a fleet failed, 130
interrupted.
"""


def help_of(*words: str) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "platform_cli", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "90", "NO_COLOR": "1"},
    )
    return process.stdout.rstrip()


def page() -> str:
    parts = [HEAD]
    for section, verbs in existing_verbs().items():
        parts.append(f"\n## {section}\n")
        parts += [f"\n### `platform {verb}`\n\n```\n{help_of(verb)}\n```\n" for verb in verbs]
    return "".join(parts)


def test_commands_page_matches_the_help() -> None:
    fresh = page()
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(fresh)
    assert PAGE.read_text() == fresh, (
        "UPDATE_DOCS=1 make test ARGS=tests/cli/shell/test_commands_page.py"
    )
