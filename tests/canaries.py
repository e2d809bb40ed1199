"""Canaries: markers that are planted in the input, and searched for in all output.

Each lists the places where it may appear. The search covers its plain, base64 and URL-encoded
forms.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus


@dataclass(frozen=True)
class Canary:
    """One marker."""

    name: str
    text: str
    may_be_in: frozenset[str] = frozenset()
    """Places where it must appear; otherwise the search would prove nothing."""

    @property
    def forms(self) -> list[bytes]:
        """Its encoded forms. Base64 has three, one for each position in a group of three bytes,
        without the characters that also depend on neighbouring bytes."""
        raw = self.text.encode()
        encoded = [
            base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)
        ]
        return [raw, quote_plus(self.text).encode(), *encoded]


Places = Mapping[str, bytes]


def leaks(places: Places, canaries: Iterable[Canary]) -> list[str]:
    """Return descriptions of the forbidden places in which a canary appears."""
    return [
        f"{canary.name} in {place}"
        for canary in canaries
        for place, written in places.items()
        if place not in canary.may_be_in and any(form in written for form in canary.forms)
    ]


def unseen(places: Places, canaries: Iterable[Canary]) -> list[str]:
    """Return descriptions of the required places in which a canary is missing."""
    return [
        f"{canary.name} in {place}"
        for canary in canaries
        for place in sorted(canary.may_be_in)
        if canary.text.encode() not in places[place]
    ]
