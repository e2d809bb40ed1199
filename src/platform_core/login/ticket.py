"""The ticket of a login: a signed cookie that binds it to the browser that began it.

The state in GitHub's address is a hash of the cookie. An address that leaks opens nothing.
"""

import hashlib
import hmac
from typing import Final

TICKET_SECONDS: Final = 600
"""Time to log in at GitHub."""


def issue_ticket(nonce: str, key: str, now: float) -> str:
    """Return a ticket that is valid for ten minutes. The nonce must be unguessable."""
    claim = f"{nonce}.{int(now) + TICKET_SECONDS}"
    return f"{claim}.{_sign(claim, key)}"


def state_of(ticket: str) -> str:
    """Return the state that GitHub sends back with the code."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def is_valid(ticket: str, state: str, key: str, now: float) -> bool:
    """Return whether we issued the ticket for this state, and its time is not over."""
    claim, _, signature = ticket.rpartition(".")
    expires = claim.rpartition(".")[2]
    return (
        hmac.compare_digest(signature.encode(), _sign(claim, key).encode())
        and hmac.compare_digest(state.encode(), state_of(ticket).encode())
        and now < int(expires)
    )


def _sign(claim: str, key: str) -> str:
    return hmac.new(key.encode(), f"login {claim}".encode(), hashlib.sha256).hexdigest()
