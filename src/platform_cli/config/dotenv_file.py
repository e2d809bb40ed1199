"""Read a dotenv file: `NAME=value` on each line, as programs keep their secrets on a machine."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dotenv.parser import Binding, parse_stream

from platform_cli.config.load import relative_path
from platform_cli.errors import ConfigError, Finding, UsageError

LARGEST_FILE: Final = 1024 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the file. Its value is never shown."""

    name: str
    value: str = field(repr=False)
    where: str
    """`file:line:column` of the name."""


def read_dotenv(file: Path) -> list[Variable]:
    """Return the variables of a file in its order; `$NAME` in a value is no reference.

    Raises `UsageError` for a file that cannot be read, and `ConfigError` with every line that is
    no assignment. No error quotes the file, because any line of it can hold a secret.
    """
    text = _read_text(file)
    variables: list[Variable] = []
    findings: list[Finding] = []
    for binding, where in _locate(text, relative_path(file.resolve())):
        if binding.error or (binding.key is not None and binding.value is None):
            findings.append(Finding("this line is not NAME=value", where, "or its quote is open"))
        elif binding.key is not None:
            variables.append(Variable(binding.key, binding.value or "", where))
    if findings:
        raise ConfigError(tuple(findings))
    return variables


def _read_text(file: Path) -> str:
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    if file.stat().st_size > LARGEST_FILE:
        raise UsageError(f"{file} is larger than 1 MB, so it is no dotenv file")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8", hint="save it as UTF-8") from None


def _locate(text: str, file: str) -> Iterator[tuple[Binding, str]]:
    """Yield each binding with its place. The parser counts empty lines to the next binding."""
    for binding in parse_stream(io.StringIO(text)):
        written = binding.original.string
        blank = written[: len(written) - len(written.lstrip())]
        line = binding.original.line + blank.count("\n")
        column = len(blank) - (blank.rfind("\n") + 1) + 1
        yield binding, f"{file}:{line}:{column}"
