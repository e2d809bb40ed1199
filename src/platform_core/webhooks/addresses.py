"""The webhook addresses of a client: in the open form, or with a token that nobody can guess.

A token is an address and no secret: it keeps floods of junk away from the function, and proves
nothing. All providers of a client and environment share it.
"""

import re
from dataclasses import dataclass
from typing import Final

OPEN_FORM: Final = ""
"""The token of an address without one: `/webhooks/<provider>`."""
FORMER_SECONDS: Final = 7 * 24 * 3600
"""Validity of the former address after a rotation. A secret has as long."""
_LITERAL_ROUTE: Final = re.compile(r"POST /webhooks/([a-z0-9_]+)/([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """The address before the last rotation, and the end of its validity in Unix seconds."""

    token: str
    until: int

    def has_ended(self, now: float) -> bool:
        return now >= self.until


@dataclass(frozen=True, slots=True)
class AddressTokens:
    """The token of the current address, and the former address as long as it is valid."""

    current: str = OPEN_FORM
    former: FormerAddress | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """The tokens of all valid addresses, the current one first."""
        return (self.current, self.former.token) if self.former else (self.current,)

    def rotate(self, token: str, now: float) -> "AddressTokens":
        """Return the tokens with a new current one. An earlier former address ends."""
        return AddressTokens(token, FormerAddress(self.current, int(now) + FORMER_SECONDS))

    def without_ended(self, now: float) -> "AddressTokens":
        """Return the tokens without a former address whose time is over."""
        has_ended = self.former is not None and self.former.has_ended(now)
        return AddressTokens(self.current) if has_ended else self


def address_path(provider: str, token: str) -> str:
    """Return the path below `/webhooks` that a vendor posts to.

    >>> address_path("teapots", "3f9a"), address_path("teapots", OPEN_FORM)
    ('/teapots/3f9a', '/teapots')
    """
    return f"/{provider}/{token}" if token else f"/{provider}"


def parse_literal_route(route_key: str) -> tuple[str, str] | None:
    """Return the provider and the token in the key of a route; None for another route.

    >>> parse_literal_route("POST /webhooks/teapots/3f9a")
    ('teapots', '3f9a')
    """
    match = _LITERAL_ROUTE.fullmatch(route_key)
    return (match[1], match[2]) if match else None
