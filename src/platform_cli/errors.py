"""Expected failures. The class determines the exit code; `cli.py` prints the message."""

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, documented in the README."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    CHANGES = 3
    PARTIAL = 4
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its location (`file:line:column`) and a hint."""

    message: str
    where: str = ""
    hint: str = ""
    excerpt: str = ""
    """The source line with a line of carets below it, or the last lines of a log."""

    @property
    def as_line(self) -> str:
        """Location, message and hint in one line, for a list of warnings."""
        place = f"{self.where}: " if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"


class PlatformError(Exception):
    """An expected failure with a message, a location and a hint."""

    exit_code = Exit.FAILURE

    def __init__(self, message: str, *, where: str = "", hint: str = "", excerpt: str = "") -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = (Finding(message, where, hint, excerpt),)


class UsageError(PlatformError):
    """The command line is invalid, such as an unknown client or option."""

    exit_code = Exit.USAGE


class Incompatible(UsageError, ValueError):
    """Incompatible names. Callers of `api` can catch it as `ValueError`."""


class ConfigError(PlatformError):
    """A file is invalid; contains every finding."""

    exit_code = Exit.USAGE

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(first.message, where=first.where, hint=first.hint)
        self.findings = findings


class ChangesFound(PlatformError):
    """`plan --check` found changes."""

    exit_code = Exit.CHANGES


class ToolMissing(PlatformError):
    """A program or package required by the command is not installed."""


class DeployFailed(PlatformError):
    """The deployment tool or AWS reported a failure."""


class LocalUnavailable(PlatformError):
    """The embedded cloud is not running or does not respond."""
