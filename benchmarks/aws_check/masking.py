"""Replaces personal data, account ids and keys in texts that leave this machine."""

import re
from pathlib import Path
from typing import Final

MASKS: Final = (
    # The last part of such a name is a person, a role session or a device.
    (re.compile(r"arn:(aws[\w-]*):(iam|sts)::[^\s\"'\\]*"), r"arn:\1:\2::MASKED"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "EMAIL"),
    (re.compile(r"\b(?:A3T|AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA)[A-Z0-9]{12,}\b"), "KEY-ID"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "ACCOUNT"),
    (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"), "ADDRESS"),
    # Secrets, tokens and signatures. The id of a build has hyphens and stays readable.
    (re.compile(r"[A-Za-z0-9+=]{40,}"), "LONG-VALUE"),
)
"""Pattern -> replacement, in this order: a name of IAM contains an account id."""


def mask(text: str, home: Path | None = None) -> str:
    """Return the text without account ids, people, keys, addresses and the user's home folder."""
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text.replace(str(home or Path.home()), "~")
