"""Run one build script in its own process group and stop the whole group with it.

Uses the standard library only, because it is started as a plain file. The server holds the other
end of standard input: when it closes the pipe or dies, the build is stopped.

Usage: `agent.py EVENTS COMMAND...`. EVENTS is the inherited file descriptor that the command sees
as descriptor 3.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2.0


def main(events: int, command: list[str]) -> int:
    """Run the command. Return its exit code, or 128 plus the signal that killed it."""
    if events != 3:
        os.dup2(events, 3)
        os.close(events)
    build = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, pass_fds=(3,), start_new_session=True
    )
    # Only the build may hold the pipe open, so that its reader sees the end of the events.
    os.close(3)
    threading.Thread(target=_stop_when_server_ends, args=(build,), daemon=True).start()
    code = build.wait()
    # The script is done, but processes that it left in the background are not.
    _signal_group(build.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _stop_when_server_ends(build: "subprocess.Popen[bytes]") -> None:
    """Stop the build's process group once standard input closes."""
    while os.read(0, 1):
        pass
    _signal_group(build.pid, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _signal_group(build.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
