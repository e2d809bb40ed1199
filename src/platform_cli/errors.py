"""Failures a person can act on. The class decides the exit code; `cli.py` turns it into text."""

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
    """One thing that is wrong: what, where (`file:line:column`), and what to do."""

    message: str
    where: str = ""
    hint: str = ""
    excerpt: str = ""
    """The source line and a caret line below it."""


class PlatformError(Exception):
    """An expected failure: says what, where, and what to do next."""

    exit_code = Exit.FAILURE

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = (Finding(message, where, hint),)


class UsageError(PlatformError):
    """The command was called wrongly (unknown client, impossible option)."""

    exit_code = Exit.USAGE


class Incompatible(UsageError, ValueError):
    """Names that do not go together; to a program that calls `api`, a wrong value like others."""


class ConfigError(PlatformError):
    """A file says something impossible; carries every finding of the run."""

    exit_code = Exit.USAGE

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(first.message, where=first.where, hint=first.hint)
        self.findings = findings


class ChangesFound(PlatformError):
    """`plan --check` found changes."""

    exit_code = Exit.CHANGES


class ToolMissing(PlatformError):
    """A program or package that this command needs is not installed."""


class DeployFailed(PlatformError):
    """The deployment tool or the cloud refused."""


class LocalUnavailable(PlatformError):
    """The embedded cloud does not run or does not answer."""
