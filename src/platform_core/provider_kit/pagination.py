"""Make sure that reading a listing page by page ends."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from platform_core.errors import VendorUnavailable
from platform_core.provider_kit.parsing import Json

MAX_EMPTY_PAGES: Final = 100
"""Maximum number of empty pages in a listing."""


class PageGuard:
    """Watches one listing. Without it, an API that ignores its cursor would be read forever."""

    def __init__(self) -> None:
        self._page_hashes: set[bytes] = set()
        self._empty_pages = 0

    def check_page(self, records: Sequence[Json], cursor: object = None) -> None:
        """Record a page and the cursor of the next one. Raises `VendorUnavailable` if the page
        repeats an earlier one or the listing has too many empty pages."""
        # Keep a hash instead of the page, because a listing can have thousands of pages.
        page_hash = hashlib.sha256(json.dumps([records, cursor], sort_keys=True).encode()).digest()
        self._empty_pages += not records
        if page_hash in self._page_hashes or self._empty_pages > MAX_EMPTY_PAGES:
            raise VendorUnavailable("the vendor's listing does not end")
        self._page_hashes.add(page_hash)
