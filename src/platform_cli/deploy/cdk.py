"""Install and run the pinned CDK CLI.

`cdk/package-lock.json` contains the version and its hash. `npm ci` installs each version once, into
the user's cache, with this machine's Node or the one in a Python package.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from platform_cli.deploy.node import find_node, run_npm
from platform_cli.errors import DeployFailed, PlatformError, ToolMissing
from platform_cli.targets.target import Target

LOCK_FOLDER: Final = Path(__file__).with_name("cdk")
BOOTSTRAP_STACK: Final = "CDKToolkit"


@dataclass(frozen=True, slots=True)
class ResourceEvent:
    """One line of a running deployment."""

    done: int
    total: int
    resource: str
    kind: str
    status: str
    reason: str


OnProgress = Callable[[ResourceEvent], None]


def pinned_version() -> str:
    """Return the pinned version of the CDK CLI."""
    package = json.loads((LOCK_FOLDER / "package.json").read_text())
    return str(package["dependencies"]["aws-cdk"])


def install_folder() -> Path:
    """Return the folder of the pinned version, which may not be installed yet."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "platform" / "cdk" / pinned_version()


def is_installed() -> bool:
    return _program(install_folder()).is_file()


def install_cdk() -> Path:
    """Return the CDK program. Installs it if necessary.

    The installation is moved into place when it is complete, since two processes may race.
    """
    target_folder = install_folder()
    with _installing:
        if not is_installed():
            target_folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target_folder.parent) as folder:
                building = Path(folder) / "cdk"
                shutil.copytree(LOCK_FOLDER, building)
                _npm_ci(building)
                _move(building, target_folder)
    return _program(target_folder)


_installing = Lock()
"""Makes `install_cdk` wait for an installation in the background, not start a second one."""


def install_in_background() -> None:
    """Start to install the CDK CLI while this process does something else.

    A failure is not reported here: the next `install_cdk` repeats it and raises.
    """
    if not is_installed():
        # Not a daemon: this process waits for npm, so no partial installation stays.
        Thread(target=_install_quietly, name="install-cdk").start()


def _install_quietly() -> None:
    with suppress(PlatformError, OSError):
        install_cdk()


def _npm_ci(folder: Path) -> None:
    process = run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=folder)
    if process.returncode != 0:
        raise ToolMissing(
            f"the CDK CLI {pinned_version()} could not be installed: {_last_lines(process.stderr)}",
            hint="npm needs to reach its registry once; see `platform doctor`",
        )


def _move(building: Path, target_folder: Path) -> None:
    try:
        building.rename(target_folder)
    except OSError:
        if not is_installed():
            raise


def _program(folder: Path) -> Path:
    return folder / "node_modules" / "aws-cdk" / "bin" / "cdk"


# --- commands of the CLI --------------------------------------------------------------------------


def bootstrap_account(target: Target, on_progress: OnProgress) -> None:
    """Deploy the account's bootstrap stack, once per account and region."""
    account = f"aws://{target.account}/{target.region}"
    _run(target, ["bootstrap", account], on_progress)


def deploy_stack(target: Target, assembly: Path, stack: str, on_progress: OnProgress) -> None:
    """Deploy one stack of a synthesized assembly. Raises an error that names the failed resource.

    Imports resources that an earlier stack of that name retained.
    """
    flags = ["--require-approval", "never", "--import-existing-resources", "--progress", "events"]
    _run(target, ["deploy", "--app", str(assembly), "--exclusively", *flags, stack], on_progress)


def find_replacements(target: Target, assembly: Path, stack: str) -> Mapping[str, str]:
    """Map logical ids to `replace` or `may be replaced`, as a deploy would treat them."""
    flags = ["--no-change-set", "--no-color"]
    lines = _run(target, ["diff", "--app", str(assembly), *flags, stack], lambda _: None)
    matches = (re.match(r"\[~\] \S+ .*?(\S+) (replace|may be replaced)$", line) for line in lines)
    return {match[1]: match[2] for match in matches if match}


# --- the subprocess -----------------------------------------------------------------------------


def _run(target: Target, arguments: list[str], on_progress: OnProgress) -> list[str]:
    """Run the CLI and return its output. Ctrl-C is forwarded, and the CLI may finish."""
    program = install_cdk()
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [find_node().node, program, "--ci", "--no-notices", *arguments],
            cwd=folder,
            env=target.subprocess_environment() | {"CDK_DISABLE_CLI_TELEMETRY": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            failed, lines = _collect_cli_output(process, on_progress)
            code = process.wait()
        finally:
            _terminate(process)
    if code != 0:
        raise _make_deploy_error(failed, lines, target)
    return lines


def _collect_cli_output(
    process: subprocess.Popen[str], on_progress: OnProgress
) -> tuple[list[ResourceEvent], list[str]]:
    failed: list[ResourceEvent] = []
    lines: list[str] = []
    for raw in process.stdout or ():
        line = raw.rstrip()
        progress = parse_progress(line)
        if progress is None:
            lines.append(line)
            continue
        if "FAILED" in progress.status:
            failed.append(progress)
        on_progress(progress)
    return failed, lines


_EVENT = re.compile(
    r"^\S+ \|\s*(?P<done>\d+)(?:/(?P<total>\d+))?\s*\|[^|]*\|\s*(?P<status>[A-Z_]+)\s*\|"
    r"\s*(?P<kind>\S+)\s*\|\s*(?P<resource>\S+)(?: \(\w+\))?\s*(?P<reason>.*)$"
)


def parse_progress(line: str) -> ResourceEvent | None:
    """One event line of the CDK CLI, or None for any other line."""
    match = _EVENT.match(line)
    if match is None:
        return None
    done = int(match["done"])
    return ResourceEvent(
        done=done,
        total=int(match["total"] or done),
        resource=match["resource"],
        kind=match["kind"],
        status=match["status"],
        reason=match["reason"].strip(),
    )


def _terminate(process: subprocess.Popen[str]) -> None:
    """Stop the process group with increasingly strong signals, so that no child remains."""
    for signal_number, grace in ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, signal_number)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            continue


def _make_deploy_error(
    failed: list[ResourceEvent], lines: list[str], target: Target
) -> DeployFailed:
    causes = [event for event in failed if event.reason and "cancelled" not in event.reason]
    cause = causes[0] if causes else None
    if cause is None:
        return DeployFailed(f"the CDK CLI failed on {target.name}: {_last_lines(*lines)}")
    return DeployFailed(
        f"{cause.resource} ({cause.kind}) {cause.status}: {cause.reason}",
        hint="the stack was rolled back; fix the cause and run the same command again",
    )


def _last_lines(*texts: str) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "there was no output"
