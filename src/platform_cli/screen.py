"""What a person sees: the only file that prints.

Data (tables, `--json`) goes to stdout; everything said to a person goes to stderr. Under `--json`
stdout carries one object and nothing else. rich is loaded only where a terminal can show it.
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

from platform_cli.errors import Finding, UsageError
from platform_cli.sanitize import in_json, one_line
from platform_cli.sanitize import printable as printable

if TYPE_CHECKING:
    from questionary import Question
    from rich.status import Status

Data = Mapping[str, object]
"""What a command found out, JSON-ready."""

DIM, RED, YELLOW, GREEN = "2", "1;31", "33", "32"


@dataclass(slots=True)
class Flags:
    """How the caller wants to be served: the options that every command takes."""

    json: bool = False
    quiet: bool = False
    yes: bool = False
    no_input: bool = False
    debug: bool = False
    workspace: str | None = None


class Step:
    """A piece of work in progress; `note` says how far it is."""

    def __init__(self, screen: "Screen", text: str) -> None:
        self._screen = screen
        self._text = text
        self._started = time.monotonic()
        self._status = screen.spinner(text)

    def note(self, text: str) -> None:
        """How far the work is: beside the spinner, or as a line where there is no terminal."""
        if self._status is not None:
            from rich.markup import escape

            self._status.update(escape(f"{one_line(self._text)}: {one_line(text)}"))
        else:
            self._screen.say(f"  {one_line(text)}")

    def count(self, items: int) -> None:
        """How many are done."""
        self.note(f"{items} so far")

    def end(self, *, done: bool) -> None:
        """Stop the progress; say how it ended and how long it took."""
        seconds = time.monotonic() - self._started
        if self._status is not None:
            self._status.stop()
        mark, colour = ("ok", GREEN) if done else ("failed", RED)
        self._screen.say(f"{self._screen.paint(mark, colour)}  {self._text} ({seconds:.1f} s)")


class Screen:
    """Speaks in the manner that the flags and the terminal allow."""

    def __init__(self, flags: Flags, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.flags = flags
        self.warnings: list[str] = []
        self._tables = 0
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return (
            not (self.flags.no_input or self.flags.json or "CI" in os.environ)
            and sys.stdin is not None
            and sys.stdin.isatty()
            and self._err.isatty()
        )

    @property
    def width(self) -> int:
        """Columns that a drawing may take."""
        return min(shutil.get_terminal_size((100, 24)).columns, 120)

    @property
    def unicode(self) -> bool:
        """Whether what is drawn may be more than ASCII."""
        return (getattr(self._out, "encoding", None) or "").lower().startswith("utf")

    @property
    def coloured(self) -> bool:
        """Whether what is drawn may have colours."""
        return _coloured(self._out)

    # --- to a person --------------------------------------------------------------------------

    def say(self, text: str = "") -> None:
        """A line for people; silent under `--quiet`."""
        if not self.flags.quiet:
            self._print(text, self._err)

    def warn(self, text: str) -> None:
        """Something to know that stops nothing; also stands in the JSON object."""
        self.warnings.append(text)
        self._print(f"{self.paint('warning:', YELLOW)} {printable(text)}", self._err)

    @contextmanager
    def step(self, text: str) -> Iterator[Step]:
        """Honest progress: a spinner on a terminal, plain lines elsewhere."""
        step = Step(self, text)
        done = False
        try:
            yield step
            done = True
        finally:
            step.end(done=done)

    def findings(self, findings: Iterable[Finding]) -> None:
        """Everything that is wrong: where, what, the line, and what to do."""
        for finding in findings:
            head = f"{printable(finding.where)}:" if finding.where else "error:"
            self._print(f"{self.paint(head, RED)} {printable(finding.message)}", self._err)
            for line in printable(finding.excerpt).splitlines():
                self._print(f"    {self.paint(line, DIM)}", self._err)
            if finding.hint:
                self._print(f"    hint: {printable(finding.hint)}", self._err)

    # --- data ---------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Text that is itself the result (a schema, a script); absent under `--json`."""
        if not self.flags.json:
            self._print(text, self._out)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows under headings: drawn on a terminal, aligned plain text elsewhere."""
        if self.flags.json:
            return
        cells = [[_cell(cell) for cell in row] for row in rows]
        if self._drawn(self._out):
            self._draw_table(title, columns, cells)
            return
        if self._tables:
            self._print("", self._out)
        self._tables += 1
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for row in (columns, *cells):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print(line.rstrip(), self._out)

    def json(self, command: str, data: Data, warnings: Sequence[str] = ()) -> None:
        """The one object of `--json`."""
        self._object({"command": command, "data": data, "warnings": [*self.warnings, *warnings]})

    def json_error(self, command: str, findings: Sequence[Finding]) -> None:
        """The one object of `--json` when the command failed."""
        listed = [
            {"message": each.message, "where": each.where, "hint": each.hint} for each in findings
        ]
        error = {"message": findings[0].message, "findings": listed}
        self._object({"command": command, "error": error, "warnings": self.warnings})

    # --- how it looks -------------------------------------------------------------------------

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, where stderr is a terminal that wants colours."""
        return f"\x1b[{colour}m{text}\x1b[0m" if text and _coloured(self._err) else text

    def spinner(self, text: str) -> "Status | None":
        """A running spinner for a step; None where plain lines are due."""
        if self.flags.quiet or self.flags.json or not self._drawn(self._err):
            self.say(f"{text} ...")
            return None
        from rich.console import Console
        from rich.markup import escape

        status = Console(file=self._err).status(escape(printable(text)))
        status.start()
        return status

    # --- questions ----------------------------------------------------------------------------

    def confirm(self, question: str) -> bool:
        """A yes or no; `--yes` answers yes, and without a person to ask it refuses."""
        if self.flags.yes:
            return True
        self._must_ask(question, "--yes")
        import questionary

        return bool(_answer(questionary.confirm(question, default=False)))

    def ask(
        self,
        question: str,
        *,
        flag: str,
        default: str = "",
        check: Callable[[str], str | None] = lambda _: None,
    ) -> str:
        """A line of text. `flag` names the option that would have answered; `check` says what is
        wrong with an answer, or None."""
        self._must_ask(question, flag)
        import questionary

        def valid(text: str) -> bool | str:
            return check(text) or True

        return str(_answer(questionary.text(question, default=default, validate=valid))).strip()

    def choose(self, question: str, choices: Mapping[str, str], *, flag: str) -> str:
        """One key of `choices` (key -> what the person reads)."""
        self._must_ask(question, f"{flag}: {', '.join(choices)}")
        import questionary

        listed = [questionary.Choice(text, value=key) for key, text in choices.items()]
        return str(_answer(questionary.select(question, choices=listed)))

    def secret(self, question: str, *, flag: str) -> str:
        """A value that never shows on the screen."""
        self._must_ask(question, flag)
        import questionary

        return str(_answer(questionary.password(question)))

    def _must_ask(self, question: str, flag: str) -> None:
        if not self.interactive:
            raise UsageError(
                f"not running in a terminal, so this cannot be asked: {question}",
                hint=f"pass {flag}",
            )

    # --- how it is done -----------------------------------------------------------------------

    def _draw_table(
        self, title: str, columns: Sequence[str], cells: Sequence[Sequence[str]]
    ) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(file=self._out)
        if title:  # on a line of its own: rich would fold it to the width of the table
            console.print(Text(title, style="bold"))
        table = Table(
            box=SIMPLE_HEAD, show_header=any(columns), show_edge=False, pad_edge=False
        )  # fmt: skip
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table, Text(""))

    def _drawn(self, stream: TextIO) -> bool:
        return stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"

    def _object(self, value: Data) -> None:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
        self._print(in_json(text), self._out)

    def _print(self, text: str, stream: TextIO) -> None:
        print(text, file=stream, flush=True)


def _answer(question: "Question") -> object:
    """What the person says; Ctrl-C and an interrupting signal alike raise KeyboardInterrupt."""
    return question.application.run(handle_sigint=False)


def _cell(value: object) -> str:
    """One field of a table, as a person writes it."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return printable(value)


def _coloured(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
