"""The access keys of one state folder.

A key is 160 random bits, and knowing it is the whole proof: the gateway checks no signature. A
signature would prove the same, because the key and the secret that signs would be in the same file.
The file has mode 0600, so no other user of the machine and no web page can read a key.
"""

import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from platform_cli.local.files import replace_file

KEY_HEADER = "x-platform-key"
"""Carries the owner's key to the control paths."""
_FILE = "access_keys.json"
_KEY_BYTES = 20
_KEY = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """The keys that last as long as the state folder. Their values appear in no log."""

    owner: str = field(repr=False)
    """Access key id of the command line. The control paths accept only this key."""
    functions: str = field(repr=False)
    """Session token of the Lambda functions."""
    vendors: str = field(repr=False)
    """Path segment of the simulated vendor APIs. It opens nothing else."""

    def __post_init__(self) -> None:
        # An empty key would be that of every request without one, and equal keys would be one.
        keys = {self.owner, self.functions, self.vendors}
        if len(keys) < 3 or not all(_KEY.fullmatch(key) for key in keys):
            raise ValueError("the access keys are damaged")


def load_keys(state_dir: Path) -> AccessKeys | None:
    """Return the keys of the state folder, or None if their file is missing or damaged."""
    try:
        return AccessKeys(**json.loads((state_dir / _FILE).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def load_or_create_keys(state_dir: Path) -> AccessKeys:
    """Return the keys of the state folder. Creates them at the first start."""
    file = state_dir / _FILE
    if keys := load_keys(state_dir):
        file.chmod(0o600)  # a restored backup may have lost the mode
        return keys
    keys = AccessKeys(make_key(), make_key(), make_key())
    # Private from its creation: no other user can open the file at any moment.
    replace_file(file, json.dumps(asdict(keys)).encode(), mode=0o600)
    return keys


def make_key() -> str:
    """Return a new random key. It has only characters that need no escape in a URL."""
    return secrets.token_hex(_KEY_BYTES)
