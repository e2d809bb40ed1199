"""Check whether this machine has everything that the tool needs.

Each check ends with ok, not ok, or could not check. Signed in to AWS, it also reads the two quotas
of the account that are small in new accounts. If PLATFORM_UPDATE_URL is
set, it asks that address for the newest release of this tool; without it, it asks nobody.

    platform doctor
    platform doctor --json
"""

from platform_cli.api.operations.checks import CheckState
from platform_cli.api.operations.diagnostics import run_checks
from platform_cli.commands._arguments import Details
from platform_cli.errors import Exit
from platform_cli.session import Outcome, Session
from platform_cli.views.diagnostics import checks_data, show_checks


def run(session: Session, *, details: Details = False) -> Outcome:
    """Data: {checks: [{name, verdict, found, advice}]}; exit code 1 if a check is not ok."""
    checks = run_checks(workspace=session.flags.workspace, progress=session.screen)
    show_checks(session.screen, checks, details=details)
    failed = any(check.verdict is CheckState.NOT_OK for check in checks)
    return Outcome(checks_data(checks), Exit.FAILURE if failed else Exit.OK)
