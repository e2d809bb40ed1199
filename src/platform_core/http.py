"""The port through which a vendor's API is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

# --- the outside world, as ports ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The response of a vendor's API. Header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Http(Protocol):
    """Sends a request to a vendor's API. Raises `VendorUnavailable` when no response arrives."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse: ...
