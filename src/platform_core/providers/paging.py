"""Listings that go on page by page, and surely end."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from platform_core.errors import VendorUnavailable
from platform_core.providers.reading import Json

MOST_EMPTY: Final = 100
"""Pages of nothing that a listing may have."""


class Progress:
    """Watches one listing. An API that ignores its own cursor would be read for ever."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._empty = 0

    def saw(self, records: Sequence[Json], cursor: object = None) -> None:
        """Take note of a page and of where the next one begins. Raises `VendorUnavailable` for
        one that came before, and for one more of nothing: the listing leads nowhere."""
        page = hashlib.sha256(json.dumps([records, cursor], sort_keys=True).encode()).digest()
        self._empty += not records
        if page in self._seen or self._empty > MOST_EMPTY:
            raise VendorUnavailable("the vendor's listing leads nowhere")
        self._seen.add(page)
