"""What a build leaves behind. CodeBuild's container ends with it; here a process may go its own
way: into a session of its own, or on without the agent that watched it.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

MARK = "CODEBUILD_BUILD_ID"
"""Stands in the environment of whatever a build started."""
_ROUNDS = 20


def end_all(build_id: str) -> None:
    """Kill every process of this build, and those that they start meanwhile.

    Linux shows a process's environment; elsewhere a build's own session ends, by its agent.
    """
    for _ in range(_ROUNDS):
        found = [pid for pid in _started_by(build_id) if pid != os.getpid()]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _started_by(build_id: str) -> list[int]:
    mark = f"{MARK}={build_id}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # gone meanwhile, or somebody else's
            if mark in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return found
