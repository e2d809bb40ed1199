"""Make `docs/pictures/demo.svg` from the output of `make demo`, in a terminal of 100 columns.

    python docs/pictures/demo.py

Run `platform local reset` first: the picture shows a first deployment.
"""

import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 100
COMMAND = ("make", "demo")
PICTURE = Path(__file__).with_name("demo.svg")
ROOT = PICTURE.parents[2]
ERASE_LINE, CURSOR_UP = "\x1b[2K", "\x1b[1A"


def run_in_terminal(command: tuple[str, ...]) -> str:
    """Run a command in a terminal and return everything it writes."""
    reader, terminal = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    output = b""
    with suppress(OSError):  # Linux raises an error once the terminal has no writer
        while chunk := os.read(reader, 65536):
            output += chunk
    if process.wait() != 0:
        raise SystemExit(output.decode())
    return output.decode()


def remove_spinners(output: str) -> str:
    """Return what stays on the screen: the last text of each line that was drawn repeatedly."""
    lines: list[str] = []
    for line in output.split("\r\n"):
        del lines[len(lines) - line.count(CURSOR_UP) :]
        lines.append(line.rpartition(ERASE_LINE)[2])
    return "\n".join(lines)


def main() -> None:
    """Run the demo and write the picture."""
    screen = remove_spinners(run_in_terminal(COMMAND))
    with Path(os.devnull).open("w") as devnull:
        console = Console(record=True, width=COLUMNS, file=devnull, force_terminal=True)
        console.print(f"$ {' '.join(COMMAND)}", style="bold", highlight=False)
        console.print(Text.from_ansi(screen), highlight=False, soft_wrap=True)
        console.save_svg(str(PICTURE), title="platform")


if __name__ == "__main__":
    main()
