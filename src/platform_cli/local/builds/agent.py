"""Runs one script in a process group of its own, and takes the whole group down with itself.

Standard library only: it is started as a plain file. Standard input is its lifeline: when the
server closes it, or dies, the build ends too. Usage: build_agent.py SHELL SCRIPT EVENTS, where
EVENTS is the inherited descriptor that the script finds as number 3.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2.0


def main(shell: str, script: str, events: int) -> int:
    if events != 3:
        os.dup2(events, 3)
        os.close(events)
    build = subprocess.Popen(
        [shell, script], stdin=subprocess.DEVNULL, pass_fds=(3,), start_new_session=True
    )
    os.close(3)
    threading.Thread(target=_follow, args=(build,), daemon=True).start()
    code = build.wait()
    _kill(build.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _follow(build: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1):
        pass
    _kill(build.pid, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _kill(build.pid, signal.SIGKILL)


def _kill(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
