"""Show that a command works: the steps that it announces, and a line for any other long wait."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Protocol

from platform_cli.colours import GREEN, RED
from platform_cli.sanitize import one_line

if TYPE_CHECKING:
    from rich.status import Status

SILENT_SECONDS: Final = 2.0
"""Longest wait without a line."""


class Output(Protocol):
    """The part of a screen that shows progress."""

    is_waiting_visibly: bool
    last_output: float

    def say(self, text: str = "") -> None: ...

    def paint(self, text: str, colour: str) -> str: ...

    def start_spinner(self, text: str) -> "Status | None": ...


class Step:
    """A step in progress."""

    def __init__(self, output: Output, text: str) -> None:
        self._output = output
        self._text = one_line(text)
        self._started = time.monotonic()
        self._status = output.start_spinner(self._text)

    def note(self, text: str) -> None:
        """Show the progress beside the spinner, or as a line without a terminal."""
        if self._status is not None:
            from rich.markup import escape

            self._status.update(escape(f"{self._text}: {one_line(text)}"))
        else:
            self._output.say(f"  {one_line(text)}")

    def count(self, items: int) -> None:
        """Show the number of finished items."""
        self.note(f"{items} so far")

    def end(self, *, done: bool) -> None:
        """Stop the spinner and print the result and the duration."""
        seconds = time.monotonic() - self._started
        if self._status is not None:
            self._status.stop()
        mark, colour = ("ok", GREEN) if done else ("failed", RED)
        self._output.say(f"{self._output.paint(mark, colour)}  {self._text} ({seconds:.1f} s)")


@contextmanager
def announce_waits(output: Output, text: str, *, seconds: float = SILENT_SECONDS) -> Iterator[None]:
    """Print the text once for each wait that is longer than `seconds` and shows nothing."""
    ended = Event()
    thread = Thread(target=_watch, args=(output, text, seconds, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(output: Output, text: str, seconds: float, ended: Event) -> None:
    announced = 0.0
    while not ended.wait(seconds / 4):
        is_silent = time.monotonic() - output.last_output >= seconds
        if is_silent and not output.is_waiting_visibly and output.last_output != announced:
            output.say(text)
            announced = output.last_output
