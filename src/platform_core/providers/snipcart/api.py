"""Snipcart's API: the questions that we ask it. Rate limits are not published; 429 is retried."""

import base64
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json
from platform_core.webhook import WEBHOOK_SECRET

API: Final = "https://app.snipcart.com/api"
PAGE_SIZE: Final = 50


def order(context: Context, token: str) -> Json | None:
    """An order as it is now; None where Snipcart knows of none."""
    return reading.part(_ask(context, f"orders/{quote(token, safe='')}")) or None


def product(context: Context, name: str) -> Json | None:
    """A product by the id that its button gave it; None: it is gone."""
    found = reading.part(_ask(context, f"products/{quote(name, safe='')}"))
    return found if reading.text(found.get("userDefinedId")) == name else None


def products(context: Context) -> Iterator[Json]:
    """Every product, page by page, newest first; archived ones are not listed.

    A listing may leave out variants; those products are asked for one by one.
    """
    offset, progress = 0, Progress()
    while True:
        page = reading.part(
            _ask(context, f"products?limit={PAGE_SIZE}&offset={offset}&orderBy=creationDate")
        )
        found = reading.records(page.get("items"))
        for each in found:
            yield _whole(context, each)
        offset += len(found)
        if not found or offset >= (reading.whole(page.get("totalItems")) or 0):
            return
        progress.saw(found)


def _whole(context: Context, listed: Json) -> Json:
    name = reading.text(listed.get("userDefinedId"))
    counted_apart = listed.get("inventoryManagementMethod") == "Variant"
    if name and counted_apart and not reading.records(listed.get("variants")):
        return product(context, name) or listed
    return listed


def _ask(context: Context, path: str) -> Any:
    user = base64.b64encode(f"{context.secret(WEBHOOK_SECRET)}:".encode()).decode()
    response = context.http(
        "GET",
        f"{API}/{path}",
        headers={"authorization": f"Basic {user}", "accept": "application/json"},
    )
    return reading.answer(response)
