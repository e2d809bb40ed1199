"""The port of the redirects and headers at the edge."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol


class RuleStore(Protocol):
    """The redirects and headers of releases at the edge; see `hosting.edge_rules`."""

    def put(self, entries: Mapping[str, str]) -> None:
        """Store entries. May be repeated."""
        ...

    def keep_only(self, prefixes: AbstractSet[str]) -> None:
        """Delete all entries but those whose key has one of these prefixes."""
        ...
