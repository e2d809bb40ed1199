"""Check whether this machine has everything that the tool needs."""

import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Final

from platform_cli.api.clients.inspections import validate_clients
from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.operations.aws_checks import check_aws
from platform_cli.api.operations.checks import Check, CheckState, failed_check
from platform_cli.api.operations.domain_checks import check_domains
from platform_cli.api.operations.sender_checks import check_senders
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.deploy import cdk
from platform_cli.deploy.node import find_node, run_npm
from platform_cli.errors import PlatformError, UsageError
from platform_cli.local.addresses import installed_version
from platform_cli.local.builds.sandbox import SandboxKind, find_sandbox
from platform_cli.targets import tool_version

OLDEST_PYTHON: Final = (3, 11)
REGISTRY_SECONDS: Final = 20


def run_checks(*, workspace: WorkspacePath = None, progress: Progress = NO_PROGRESS) -> list[Check]:
    """Run all checks. A missing workspace is one of the results."""
    checks: list[Check] = []
    with progress.step("Checking this machine") as step:
        for name, check in CHECKS.items():
            step.note(name)
            checks.append(check(workspace))
        step.note("AWS")
        checks += check_aws()
    return checks


def _check_version(_: WorkspacePath) -> Check:
    name, own = "platform", installed_version()
    try:
        newest = tool_version.fetch_newest_version()
    except PlatformError as error:
        finding = error.findings[0]
        return Check(name, CheckState.UNKNOWN, f"{own}; {finding.message}", finding.hint)
    if newest is None:
        return Check(name, CheckState.OK, own)
    if tool_version.is_newer(newest, own):
        return Check(name, CheckState.OK, f"{own}; {newest} is out", tool_version.UPGRADE_HINT)
    return Check(name, CheckState.OK, f"{own}, the newest release")


def _check_python(_: WorkspacePath) -> Check:
    version = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Check("Python", CheckState.NOT_OK, version, "install Python 3.11 or newer")
    return Check("Python", CheckState.OK, version)


def _check_node(_: WorkspacePath) -> Check:
    try:
        node = find_node()
    except PlatformError as error:
        return failed_check("Node", error)
    version = ".".join(map(str, node.version))
    return Check("Node", CheckState.OK, f"{version} at {node.node}")


def _check_cdk(_: WorkspacePath) -> Check:
    name = "CDK CLI"
    if cdk.is_installed():
        return Check(name, CheckState.OK, f"{cdk.pinned_version()} at {cdk.install_folder()}")
    status = f"{cdk.pinned_version()}, not installed yet"
    return Check(name, CheckState.OK, status, "the first deploy installs it")


def _check_npm_registry(_: WorkspacePath) -> Check:
    name = "npm registry"
    try:
        # npm itself makes the request, so this also checks its proxy and certificates.
        result = run_npm(
            ["view", "--fetch-retries=0", f"aws-cdk@{cdk.pinned_version()}", "version"],
            seconds=REGISTRY_SECONDS,
        )
    except PlatformError as error:
        return Check(name, CheckState.UNKNOWN, error.findings[0].message, "see Node")
    except subprocess.TimeoutExpired:
        advice = "check the network and the proxy"
        return Check(name, CheckState.UNKNOWN, "no answer", advice)
    if result.returncode == 0:
        return Check(name, CheckState.OK, "answers")
    advice = "needed once per package; check the network, the proxy and ~/.npmrc"
    return Check(name, CheckState.UNKNOWN, "does not answer", advice)


def _check_embedded_cloud(workspace: WorkspacePath) -> Check:
    name = "embedded cloud"
    if find_spec("ministack") is None:
        advice = "pip install 'platform-sites[local]'"
        return Check(name, CheckState.UNKNOWN, "not installed", advice)
    try:
        status = open_deployments(workspace).cloud.status()
    except UsageError:
        advice = "to run it, create a workspace: platform init"
        return Check(name, CheckState.OK, "installed", advice)
    except PlatformError as error:
        return failed_check(name, error)
    if status.trouble:
        advice = (
            f"it accepts no delivery until it can save again: free space for {status.state_dir}"
        )
        return Check(name, CheckState.NOT_OK, status.trouble, advice)
    return Check(name, CheckState.OK, status.aws_endpoint or "installed, not running")


def _check_build_sandbox(_: WorkspacePath) -> Check:
    name = "local builds"
    if (kind := find_sandbox().kind) is SandboxKind.NONE:
        found = "not isolated: a build can read your files and all local secrets"
        return Check(name, CheckState.OK, found, "install bubblewrap (Linux)")
    return Check(name, CheckState.OK, f"isolated by {kind}")


def _check_clients(workspace: WorkspacePath) -> Check:
    try:
        opened = open_workspace(workspace)
    except UsageError:
        advice = "create one: platform init DIR"
        return Check("clients", CheckState.UNKNOWN, "no workspace here", advice)
    validation = validate_clients(workspace=opened)
    valid = {client.client_id for client in validation.clients}
    invalid = [client_id for client_id in opened.client_ids() if client_id not in valid]
    if invalid:
        advice = f"platform validate {' '.join(invalid)}"
        return Check("clients", CheckState.NOT_OK, f"{len(invalid)} with errors", advice)
    return Check("clients", CheckState.OK, f"{len(valid)} in {opened.root}")


CHECKS: Final[Mapping[str, Callable[[WorkspacePath], Check]]] = {
    "platform": _check_version,
    "Python": _check_python,
    "Node": _check_node,
    "CDK CLI": _check_cdk,
    "npm registry": _check_npm_registry,
    "embedded cloud": _check_embedded_cloud,
    "local builds": _check_build_sandbox,
    "clients": _check_clients,
    "domains": check_domains,
    "form mails": check_senders,
}
