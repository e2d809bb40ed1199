"""Stop builds and kill processes that outlive them.

On CodeBuild all processes end with the container. Here a process can move to its own session, or
survive the agent that watches it.
"""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

BUILD_ID_VARIABLE = "CODEBUILD_BUILD_ID"
"""Environment variable that marks every process of a build."""
_MAX_ROUNDS = 20


def kill_build_processes(build_id: str) -> None:
    """Kill all processes of this build, including those started in the meantime.

    Requires Linux, where the environment of a process is readable. Elsewhere the build agent ends
    only the build's own process group.
    """
    for _ in range(_MAX_ROUNDS):
        pids = [pid for pid in _find_build_processes(build_id) if pid != os.getpid()]
        if not pids:
            return
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _find_build_processes(build_id: str) -> list[int]:
    variable = f"{BUILD_ID_VARIABLE}={build_id}".encode()
    pids = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended, or belongs to another user
            if variable in environment.read_bytes().split(b"\0"):
                pids.append(int(environment.parent.name))
    return pids


async def stop_agent(agent: asyncio.subprocess.Process) -> None:
    """Close the agent's standard input, which makes it stop the build's process group and exit."""
    if agent.stdin:
        agent.stdin.close()
    try:
        await asyncio.wait_for(agent.wait(), 5)
    except TimeoutError:
        with suppress(ProcessLookupError):
            agent.kill()
        await agent.wait()
