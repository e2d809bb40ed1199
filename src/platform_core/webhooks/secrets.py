"""The secrets that verify a webhook, and the port that reads them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Secrets:
    """The values of one secret that are valid now, newest first. Empty if the secret is not set."""

    values: tuple[bytes, ...]


class SecretStore(Protocol):
    """Reads secrets. Raises `SecretStoreUnavailable`."""

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        """Return the valid values. `fresh` skips the cache; the caller limits how often."""
        ...
