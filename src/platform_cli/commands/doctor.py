"""Whether this machine has what the tool needs.

Three answers: ok, not ok, could not check.

platform doctor
platform doctor --json
"""

import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec

from platform_cli.commands._deployed import ground
from platform_cli.errors import Exit, PlatformError, UsageError
from platform_cli.session import Outcome, Session

OLDEST_PYTHON = (3, 11)
REGISTRY_SECONDS = 20


class Verdict(StrEnum):
    OK = "ok"
    NOT_OK = "not ok"
    UNKNOWN = "could not check"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what to do about it."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


Look = Callable[[Session], Check]


def run(session: Session) -> Outcome:
    """Data: {checks: [{name, verdict, found, advice}]}; exit code 1 where something is not ok."""
    looks: dict[str, Look] = {
        "Python": _python,
        "Node": _node,
        "CDK CLI": _cdk,
        "npm registry": _registry,
        "embedded cloud": _embedded,
        "AWS": _aws,
        "clients": _clients,
    }
    checks: list[Check] = []
    with session.screen.step("Looking at this machine") as step:
        for name, look in looks.items():
            step.note(name)
            checks.append(look(session))
    rows = [[each.name, each.verdict, each.found, each.advice] for each in checks]
    session.screen.table("This machine", ["check", "verdict", "found", "what to do"], rows)
    bad = any(each.verdict is Verdict.NOT_OK for each in checks)
    return Outcome({"checks": [asdict(each) for each in checks]}, Exit.FAILURE if bad else Exit.OK)


def _python(session: Session) -> Check:
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Check("Python", Verdict.NOT_OK, found, "install Python 3.11 or newer")
    return Check("Python", Verdict.OK, found)


def _node(session: Session) -> Check:
    from platform_cli.deploy.node import find_node

    try:
        node = find_node()
    except PlatformError as error:
        return _refused("Node", error)
    return Check("Node", Verdict.OK, f"{'.'.join(map(str, node.version))} at {node.node}")


def _cdk(session: Session) -> Check:
    from platform_cli.deploy import cdk

    if cdk.installed():
        return Check("CDK CLI", Verdict.OK, f"{cdk.version()} at {cdk.home()}")
    return Check(
        "CDK CLI", Verdict.OK, f"{cdk.version()}, not installed yet", "the first deploy installs it"
    )


def _registry(session: Session) -> Check:
    """Asked by npm itself, so that its proxy and certificates are tried as well."""
    from platform_cli.deploy import cdk
    from platform_cli.deploy.node import npm

    name = "npm registry"
    try:
        done = npm(
            ["view", "--fetch-retries=0", f"aws-cdk@{cdk.version()}", "version"],
            seconds=REGISTRY_SECONDS,
        )
    except PlatformError as error:
        return Check(name, Verdict.UNKNOWN, error.findings[0].message, "see Node")
    except subprocess.TimeoutExpired:
        return Check(name, Verdict.UNKNOWN, "no answer", "look at the network and the proxy")
    if done.returncode == 0:
        return Check(name, Verdict.OK, "answers")
    advice = "needed once per package; look at the network, the proxy and ~/.npmrc"
    return Check(name, Verdict.UNKNOWN, "does not answer", advice)


def _embedded(session: Session) -> Check:
    name = "embedded cloud"
    if find_spec("ministack") is None:
        return Check(name, Verdict.UNKNOWN, "not installed", "pip install 'platform-sites[local]'")
    try:
        status = ground(session).cloud.status()
    except UsageError:
        return Check(name, Verdict.OK, "installed", "`platform init` makes a workspace to run it")
    except PlatformError as error:
        return _refused(name, error)
    if status.trouble:
        advice = f"it takes no delivery until it can save again: make room for {status.state_dir}"
        return Check(name, Verdict.NOT_OK, status.trouble, advice)
    return Check(name, Verdict.OK, status.aws_endpoint or "installed, does not run")


def _aws(session: Session) -> Check:
    from platform_cli.deploy.target import NoCredentials, aws_target, has_credentials

    if not has_credentials():
        advice = "needed to deploy to AWS, not for --local: `aws configure` or `aws sso login`"
        return Check("AWS", Verdict.UNKNOWN, "no credentials on this machine", advice)
    try:
        target = aws_target()
    except NoCredentials as error:
        return _refused("AWS", error)
    return Check("AWS", Verdict.OK, f"account {target.account}, {target.region}")


def _clients(session: Session) -> Check:
    """Whether every file of the workspace says something possible."""
    try:
        workspace = session.workspace
    except UsageError:
        return Check("clients", Verdict.UNKNOWN, "no workspace here", "make one: platform init DIR")
    wrong = [client_id for client_id in workspace.client_ids() if _invalid(session, client_id)]
    if wrong:
        advice = f"platform validate {' '.join(wrong)}"
        return Check("clients", Verdict.NOT_OK, f"{len(wrong)} with errors", advice)
    return Check("clients", Verdict.OK, f"{len(workspace.client_ids())} in {workspace.root}")


def _invalid(session: Session, client_id: str) -> bool:
    try:
        session.client(client_id)
    except PlatformError:
        return True
    return False


def _refused(name: str, error: PlatformError) -> Check:
    finding = error.findings[0]
    return Check(name, Verdict.NOT_OK, finding.message, finding.hint)
