"""All terminal output and prompts. No other module prints.

Data (tables, `--json`) goes to stdout and messages go to stderr. Under `--json`, stdout contains
exactly one object; a command that streams prints one object a line. rich is imported only for a
terminal.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from platform_cli.colours import DIM, RED, YELLOW
from platform_cli.errors import Finding, UsageError
from platform_cli.sanitize import escape_json
from platform_cli.sanitize import printable as printable
from platform_cli.waiting import Step

if TYPE_CHECKING:
    from questionary import Question
    from rich.status import Status

Data = Mapping[str, object]
"""The result of a command, ready for JSON."""


@dataclass(slots=True)
class Flags:
    """The global options."""

    json: bool = False
    quiet: bool = False
    yes: bool = False
    no_input: bool = False
    debug: bool = False
    workspace: str | None = None


class Screen:
    """Print in the format that the flags and the terminal allow."""

    def __init__(self, flags: Flags, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.flags = flags
        self.warnings: list[str] = []
        self.is_waiting_visibly = False
        """Whether a step runs, or a person is asked or watches: a wait then needs no line."""
        self.last_output = time.monotonic()
        self._tables = 0
        self._json_indent: int | None = 2
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    @property
    def interactive(self) -> bool:
        """Whether prompts are possible."""
        return (
            not (self.flags.no_input or self.flags.json or "CI" in os.environ)
            and sys.stdin is not None
            and sys.stdin.isatty()
            and self._err.isatty()
        )

    @property
    def width(self) -> int:
        """Width of charts in columns."""
        return min(shutil.get_terminal_size((100, 24)).columns, 120)

    @property
    def supports_unicode(self) -> bool:
        """Whether the output supports characters other than ASCII."""
        return (getattr(self._out, "encoding", None) or "").lower().startswith("utf")

    @property
    def supports_colour(self) -> bool:
        """Whether the output supports colours."""
        return _supports_colour(self._out)

    # --- messages -----------------------------------------------------------------------------

    def say(self, text: str = "") -> None:
        """Print a message line, unless `--quiet` is set."""
        if not self.flags.quiet:
            self._print(text, self._err)

    def warn(self, text: str) -> None:
        """Print a warning and add it to the JSON object."""
        self.warnings.append(text)
        self._print(f"{self.paint('warning:', YELLOW)} {printable(text)}", self._err)

    @contextmanager
    def step(self, text: str) -> Iterator[Step]:
        """Show the progress of a step: a spinner on a terminal, otherwise plain lines."""
        step = Step(self, text)
        self.is_waiting_visibly, done = True, False
        try:
            yield step
            done = True
        finally:
            self.is_waiting_visibly = False
            step.end(done=done)

    def print_findings(self, findings: Iterable[Finding]) -> None:
        """Print every finding with its location, source line and hint."""
        for finding in findings:
            head = f"{printable(finding.where)}:" if finding.where else "error:"
            self._print(f"{self.paint(head, RED)} {printable(finding.message)}", self._err)
            for line in printable(finding.excerpt).splitlines():
                self._print(f"    {self.paint(line, DIM)}", self._err)
            if finding.hint:
                self._print(f"    hint: {printable(finding.hint)}", self._err)

    # --- data ---------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Print text that is the result, such as a schema; nothing under `--json`."""
        if not self.flags.json:
            self._print(text, self._out)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table: formatted on a terminal, otherwise as aligned text."""
        if self.flags.json:
            return
        cells = [[_format_cell(cell) for cell in row] for row in rows]
        if self._is_rich_terminal(self._out):
            self._draw_table(title, columns, cells)
            return
        if self._tables:
            self._print("", self._out)
        self._tables += 1
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for row in (columns, *cells):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print(line.rstrip(), self._out)

    def print_json(self, command: str, data: Data, warnings: Sequence[str] = ()) -> None:
        """Print the object of `--json`."""
        self._print_object(
            {"command": command, "data": data, "warnings": [*self.warnings, *warnings]}
        )

    def begin_stream(self) -> None:
        """Prepare for output without end: each JSON object is one line, and a wait needs none."""
        self.is_waiting_visibly = True
        self._json_indent = None

    def print_json_error(self, command: str, findings: Sequence[Finding]) -> None:
        """Print the object of `--json` for a failed command."""
        details = [
            {"message": finding.message, "where": finding.where, "hint": finding.hint}
            for finding in findings
        ]
        error = {"message": findings[0].message, "findings": details}
        self._print_object({"command": command, "error": error, "warnings": self.warnings})

    # --- formatting ---------------------------------------------------------------------------

    def paint(self, text: str, colour: str) -> str:
        """Colour the text if stderr supports colours."""
        return f"\x1b[{colour}m{text}\x1b[0m" if text and _supports_colour(self._err) else text

    def start_spinner(self, text: str) -> "Status | None":
        """Start a spinner; returns None without a terminal and prints a line instead."""
        if self.flags.quiet or self.flags.json or not self._is_rich_terminal(self._err):
            self.say(f"{printable(text)} ...")
            return None
        from rich.console import Console
        from rich.markup import escape

        status = Console(file=self._err).status(escape(printable(text)))
        status.start()
        return status

    # --- prompts ------------------------------------------------------------------------------

    def confirm(self, question: str) -> bool:
        """Prompt for confirmation. `--yes` confirms; raises `UsageError` without a terminal."""
        if self.flags.yes:
            return True
        self._require_terminal(question, "--yes")
        import questionary

        return bool(_ask(questionary.confirm(question, default=False)))

    def ask(
        self,
        question: str,
        *,
        flag: str,
        default: str = "",
        check: Callable[[str], str | None] = lambda _: None,
    ) -> str:
        """Prompt for a line of text.

        `flag` names the option that replaces the prompt. `check` returns an error message or None.
        """
        self._require_terminal(question, flag)
        import questionary

        def valid(text: str) -> bool | str:
            return check(text) or True

        return str(_ask(questionary.text(question, default=default, validate=valid))).strip()

    def choose(self, question: str, choices: Mapping[str, str], *, flag: str) -> str:
        """Prompt for one of `choices` (key to label) and return its key."""
        self._require_terminal(question, f"{flag}: {', '.join(choices)}")
        import questionary

        options = [questionary.Choice(text, value=key) for key, text in choices.items()]
        return str(_ask(questionary.select(question, choices=options)))

    def ask_secret(self, question: str, *, flag: str) -> str:
        """Prompt for a value without showing it."""
        self._require_terminal(question, flag)
        import questionary

        return str(_ask(questionary.password(question)))

    def _require_terminal(self, question: str, flag: str) -> None:
        if not self.interactive:
            raise UsageError(
                f"not running in a terminal, so this cannot be asked: {question}",
                hint=f"pass {flag}",
            )
        self.is_waiting_visibly = True

    # --- implementation -----------------------------------------------------------------------

    def _draw_table(
        self, title: str, columns: Sequence[str], cells: Sequence[Sequence[str]]
    ) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(file=self._out)
        if title:  # printed separately, because rich wraps a title to the width of the table
            console.print(Text(title, style="bold"))
        table = Table(
            box=SIMPLE_HEAD, show_header=any(columns), show_edge=False, pad_edge=False
        )  # fmt: skip
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table, Text(""))

    def _is_rich_terminal(self, stream: TextIO) -> bool:
        return stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"

    def _print_object(self, value: Data) -> None:
        text = json.dumps(value, indent=self._json_indent, ensure_ascii=False, default=str)
        self._print(escape_json(text), self._out)

    def _print(self, text: str, stream: TextIO) -> None:
        self.last_output = time.monotonic()
        print(text, file=stream, flush=True)


def _ask(question: "Question") -> object:
    """Run a prompt; Ctrl-C and SIGINT both raise `KeyboardInterrupt`."""
    return question.application.run(handle_sigint=False)


def _format_cell(value: object) -> str:
    """Format a table cell."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return printable(value)


def _supports_colour(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
