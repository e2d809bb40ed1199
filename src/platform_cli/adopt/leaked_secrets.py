"""Find secrets that lie in the files of a site. Their values are never part of a result."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from platform_cli.adopt.texts import is_env_file, parse_env
from platform_cli.adopt.variables import VariableKind, classify_variable
from platform_cli.config.secret_detection import SECRET_VALUE
from platform_cli.errors import Finding

MAX_IN_FILE: Final = 20
MAX_LINE: Final = 20_000
"""Characters of the longest line that is searched; a longer one is generated."""
OTHER_SECRETS: Final = re.compile(
    r"\bnpm_[A-Za-z0-9]{36}\b|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bglpat-[\w-]{20,}"
    r"|\bhttps?://[^\s:/@\"']+:[^\s/@\"'$<{]{6,}@[\w.-]+"
)
PLACEHOLDER: Final = re.compile(
    r"(?i)|.*(your|change|example|placeholder|todo|dummy|xxx|\.\.\.|<|\$\{).*|(.)\2*"
)
"""Values that stand for a secret, as in `.env.example`."""
HAS_VALUE: Final = "has a value that looks like a secret"
WAY_OUT: Final = (
    "revoke it at the vendor, remove it from the file, and set the new one with "
    "`platform secrets set`"
)


def find_leaked_secrets(texts: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each line that looks like a secret."""
    for path, text in texts.items():
        lines = dict(_search_text(text)) | dict(_search_env(text) if is_env_file(path) else ())
        for number in sorted(lines)[:MAX_IN_FILE]:
            yield Finding(lines[number], f"{path}:{number}", WAY_OUT)


def find_secret_variables(variables: Mapping[str, str], where: str) -> Iterator[Finding]:
    """Yield a finding for each variable of a build that holds a secret."""
    for name, value in variables.items():
        if is_secret_assignment(name, value):
            yield Finding(f"{name} {HAS_VALUE}", where, WAY_OUT)


def is_secret_assignment(name: str, value: str) -> bool:
    """Return whether a variable holds a secret, by its name or its value."""
    if SECRET_VALUE.search(value) or OTHER_SECRETS.search(value):
        return True
    is_secret = classify_variable(name) is VariableKind.SECRET
    return is_secret and PLACEHOLDER.fullmatch(value) is None


def _search_env(text: str) -> Iterator[tuple[int, str]]:
    for name, value, line in parse_env(text):
        if is_secret_assignment(name, value):
            yield line, f"{name} {HAS_VALUE}"


def _search_text(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        shown = line[:MAX_LINE]
        if SECRET_VALUE.search(shown) or OTHER_SECRETS.search(shown):
            yield number, "a value looks like a secret"
