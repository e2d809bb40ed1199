"""Canaries: words that are planted in what comes in, and searched for in all that is written.

Each says in which places it may stand. A search sees it as it is, in base64 and in a URL's letters.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus


@dataclass(frozen=True)
class Canary:
    """One word."""

    name: str
    text: str
    may_be_in: frozenset[str] = frozenset()
    """And has to be: else the search would prove nothing."""

    @property
    def forms(self) -> list[bytes]:
        """As it may be written; in base64 at each of the three places in a group where it can
        begin, without the letters that its neighbours have a part in."""
        raw = self.text.encode()
        encoded = [
            base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)
        ]
        return [raw, quote_plus(self.text).encode(), *encoded]


Places = Mapping[str, bytes]


def leaks(places: Places, canaries: Iterable[Canary]) -> list[str]:
    """Where a canary stands and may not, in words."""
    return [
        f"{canary.name} in {place}"
        for canary in canaries
        for place, written in places.items()
        if place not in canary.may_be_in and any(form in written for form in canary.forms)
    ]


def unseen(places: Places, canaries: Iterable[Canary]) -> list[str]:
    """Where a canary should stand and does not: there the search is blind."""
    return [
        f"{canary.name} in {place}"
        for canary in canaries
        for place in sorted(canary.may_be_in)
        if canary.text.encode() not in places[place]
    ]
