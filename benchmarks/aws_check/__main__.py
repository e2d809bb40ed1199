"""Check the open assumptions of docs/aws.md on an account: `make aws-check`.

Deploys one small client as `dev`, sends it a signed delivery, rolls back, destroys it, deploys it
again and destroys it. Asks before it begins, stops at the first surprise, and deletes all that it
made. Writes a report file without account ids, personal data and secrets.

    make aws-check                  the account and region of the current AWS profile
    make aws-check TARGET=local     the embedded cloud of this machine: no account, no costs
    make aws-check ARGS=--yes       without the question
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Final

from benchmarks.aws_check import report as reports
from benchmarks.aws_check.cost import estimate_run_cost
from benchmarks.aws_check.platform_cloud import ENVIRONMENT, PlatformCloud
from benchmarks.aws_check.question import Proposal, require_agreement
from benchmarks.aws_check.report import Report
from benchmarks.aws_check.rows import read_assumptions
from benchmarks.aws_check.run import run_steps
from platform_cli import api
from platform_cli.errors import Exit, PlatformError
from platform_cli.local.addresses import installed_version
from platform_cli.screen import Flags, Screen
from platform_cli.targets.service_errors import to_platform_error

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "aws.md"
FOLDER: Final = ROOT / ".platform" / "aws-check"
"""Git ignores it. A run has its workspace here until nothing is left over, and its report."""
LONGEST_RUN_SECONDS: Final = 2 * 3600
"""For the estimate before a run. CloudFront takes most of it."""


def main(arguments: Sequence[str]) -> int:
    """Check once. Returns the exit code: 1 after a surprise, or if anything is left over."""
    options = _parse(arguments)
    _treat_termination_as_interrupt()
    screen = Screen(Flags(yes=options.yes))
    is_local = options.target == "local"
    client = f"check-{token_hex(3)}"
    workspace = options.folder.resolve() / client
    try:
        return _check(screen, workspace, client, options.folder, is_local=is_local)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        expected = error if isinstance(error, PlatformError) else to_platform_error(error)
        if expected is None:
            raise
        screen.print_findings(expected.findings)
        return expected.exit_code


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.aws_check")
    parser.add_argument("--target", choices=("aws", "local"), default="aws")
    parser.add_argument("--yes", action="store_true", help="do not ask before the run")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for the workspace and report")
    return parser.parse_args(arguments)


def _treat_termination_as_interrupt() -> None:
    """Clean up as well when the process is stopped, or its terminal is closed."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _check(screen: Screen, workspace: Path, client: str, folder: Path, *, is_local: bool) -> int:
    rows = read_assumptions(PAGE.read_text(encoding="utf-8"))
    can_remove_workspace = True
    try:
        cloud = PlatformCloud(workspace, client, is_local=is_local, progress=screen)
        cost = estimate_run_cost(client, ENVIRONMENT, workspace)
        proposal = Proposal(
            cloud.target, cloud.stack, cloud.resource_count, cost.estimate(LONGEST_RUN_SECONDS)
        )
        require_agreement(screen, proposal)
        can_remove_workspace = False
        run = run_steps(
            cloud, rows, is_local=is_local, on_step=lambda step: screen.say(f"--- {step}")
        )
        can_remove_workspace = not run.leftovers
    finally:
        if can_remove_workspace:
            _remove_workspace(workspace)
    report = Report(
        run=run,
        rows=rows,
        target=cloud.target.name,
        region=cloud.target.region,
        version=installed_version(),
        at=datetime.now(UTC),
        cost=cost.estimate(run.seconds),
    )
    _show(screen, report, reports.write_report(report, folder))
    return Exit.OK if run.is_clean else Exit.FAILURE


def _remove_workspace(workspace: Path) -> None:
    if workspace.exists():
        api.stop_cloud(workspace)
        shutil.rmtree(workspace)


def _show(screen: Screen, report: Report, path: Path) -> None:
    for line in reports.describe_rows(report):
        screen.write(line)
    screen.write("")
    for line in reports.summarize(report):
        screen.write(line)
    screen.write(f"Report to send: {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
