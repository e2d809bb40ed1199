"""Runs the pinned CDK command line: install once, deploy, list replacements.

The version and its hash stand in `cdk/package-lock.json`; it is installed into the user's cache
once per version, by `npm ci`, with this machine's Node or the one that comes as a package.
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
    """The pinned version of the CDK CLI."""
    pinned = json.loads((LOCK_FOLDER / "package.json").read_text())
    return str(pinned["dependencies"]["aws-cdk"])


def install_folder() -> Path:
    """Where this version is, or will be, installed."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "platform" / "cdk" / pinned_version()


def is_installed() -> bool:
    return _program(install_folder()).is_file()


def install_cdk() -> Path:
    """The CDK program, installed if it is not there yet. Whole or not at all: two runs may race."""
    place = install_folder()
    with _installing:
        if not is_installed():
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as folder:
                building = Path(folder) / "cdk"
                shutil.copytree(LOCK_FOLDER, building)
                _npm_ci(building)
                _move(building, place)
    return _program(place)


_installing = Lock()
"""Makes `install_cdk` wait for an installation in the background, not start a second one."""


def install_in_background() -> None:
    """Start to install the CDK CLI while this process does something else.

    A failure is not reported here: the next `install_cdk` repeats it and raises.
    """
    if not is_installed():
        # Not a daemon: the exit of this process waits for npm, so no half of an installation stays.
        Thread(target=_install_quietly, name="install-cdk").start()


def _install_quietly() -> None:
    with suppress(PlatformError, OSError):
        install_cdk()


def _npm_ci(folder: Path) -> None:
    done = run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=folder)
    if done.returncode != 0:
        raise ToolMissing(
            f"the CDK CLI {pinned_version()} could not be installed: {_last_words(done.stderr)}",
            hint="npm needs to reach its registry once; see `platform doctor`",
        )


def _move(building: Path, place: Path) -> None:
    try:
        building.rename(place)
    except OSError:
        if not is_installed():
            raise


def _program(place: Path) -> Path:
    return place / "node_modules" / "aws-cdk" / "bin" / "cdk"


# --- what it is asked --------------------------------------------------------------------------


def bootstrap_account(target: Target, on_progress: OnProgress) -> None:
    """Deploy the account's bootstrap stack, once per account and region."""
    account = f"aws://{target.account}/{target.region}"
    _run(target, ["bootstrap", account], on_progress)


def deploy_stack(target: Target, assembly: Path, stack: str, on_progress: OnProgress) -> None:
    """Deploys one stack of a synthesized assembly; raises with the resource that failed.

    Imports resources that an earlier stack of that name retained.
    """
    flags = ["--require-approval", "never", "--import-existing-resources", "--progress", "events"]
    _run(target, ["deploy", "--app", str(assembly), "--exclusively", *flags, stack], on_progress)


def find_replacements(target: Target, assembly: Path, stack: str) -> Mapping[str, str]:
    """Logical ids that a deploy would replace (`replace`) or may (`may be replaced`)."""
    flags = ["--no-change-set", "--no-color"]
    lines = _run(target, ["diff", "--app", str(assembly), *flags, stack], lambda _: None)
    found = (re.match(r"\[~\] \S+ .*?(\S+) (replace|may be replaced)$", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


# --- how it is run -----------------------------------------------------------------------------


def _run(target: Target, arguments: list[str], on_progress: OnProgress) -> list[str]:
    """All lines that it said. Ctrl-C is passed on and waited for."""
    program = install_cdk()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [find_node().node, program, "--ci", "--no-notices", *arguments],
            cwd=folder,
            env=target.subprocess_environment() | {"CDK_DISABLE_CLI_TELEMETRY": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            failed, lines = _follow(process, on_progress)
            code = process.wait()
        finally:
            _end(process)
    if code != 0:
        raise _failure(failed, lines, target)
    return lines


def _follow(
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


def _end(process: subprocess.Popen[str]) -> None:
    """If it still runs, ask it to stop, then insist; its group, so that no child of it is left."""
    for sent, grace in ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sent)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            continue


def _failure(failed: list[ResourceEvent], lines: list[str], target: Target) -> DeployFailed:
    causes = [event for event in failed if event.reason and "cancelled" not in event.reason]
    told = causes[0] if causes else None
    if told is None:
        return DeployFailed(f"the CDK CLI failed on {target.name}: {_last_words(*lines)}")
    return DeployFailed(
        f"{told.resource} ({told.kind}) {told.status}: {told.reason}",
        hint="the stack was rolled back; fix the cause and run the same command again",
    )


def _last_words(*texts: str) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "there was no output"
