"""Limit the entries of an hour, for the site and for each visitor's address.

No address is stored: a counter's key is a hash with a salt of the hour, which is deleted with it.
An address gets a counter only while the site is below its limit, so their number is bounded.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

HOUR: Final = 3600
SITE_LIMIT: Final = 200
"""Entries of all forms of a site in an hour."""
VISITOR_LIMIT: Final = 10
"""Entries from one address in an hour."""


@dataclass(frozen=True, slots=True)
class EntryCount:
    """A counter of entries."""

    count: int
    salt: str


class EntryCounters(Protocol):
    """Counters that end at a time."""

    def add_count(self, key: str, number: int, salt: str, expires_at: int) -> EntryCount:
        """Add to a counter. A new one keeps this salt. Returns the counter afterwards."""
        ...


def allow_entry(
    counters: EntryCounters, address: str, now: float, make_salt: Callable[[], str]
) -> bool:
    """Count an entry. Returns False if the address or the site has sent too many this hour."""
    hour = int(now // HOUR)
    expires_at = (hour + 2) * HOUR
    site = counters.add_count(str(hour), 0, make_salt(), expires_at)
    if site.count >= SITE_LIMIT:
        return False
    visitor = hashlib.sha256(f"{site.salt} {_network(address)}".encode()).hexdigest()[:32]
    if counters.add_count(f"{hour}-{visitor}", 1, "", expires_at).count > VISITOR_LIMIT:
        return False
    counters.add_count(str(hour), 1, site.salt, expires_at)
    return True


def _network(address: str) -> str:
    """Return the address, or the /64 of an IPv6 address: a visitor has all addresses of it."""
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
