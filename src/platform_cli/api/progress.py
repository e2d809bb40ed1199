"""The port through which a use case reports its progress.

`platform_cli.screen.Screen` implements it for the command line. A program passes an object of its
own, or nothing at all: every use case defaults to `NO_PROGRESS`.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol


class StepProgress(Protocol):
    """A step of the work while it runs."""

    def note(self, text: str) -> None:
        """Report the current state of the step, such as `3/40 SiteBucket CREATE_COMPLETE`."""

    def count(self, items: int) -> None:
        """Report the number of items that are done."""


class Progress(Protocol):
    """Receives the steps of a use case and its warnings."""

    def step(self, text: str) -> AbstractContextManager[StepProgress]:
        """Begin a step; leaving the context ends it, and an exception marks it as failed."""

    def warn(self, text: str) -> None:
        """Report a problem that does not stop the work."""


class _SilentStep:
    def note(self, text: str) -> None: ...

    def count(self, items: int) -> None: ...


class _SilentProgress:
    def step(self, text: str) -> AbstractContextManager[StepProgress]:
        return nullcontext(_SilentStep())

    def warn(self, text: str) -> None: ...


NO_PROGRESS: Final[Progress] = _SilentProgress()
"""Discards everything."""
