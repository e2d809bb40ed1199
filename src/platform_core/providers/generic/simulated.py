"""Simulate the listing of a sender, page by page.

It answers every URL of a JSON file. The state is `{"items": {id: item}, "deleted": {id: time}}`; an
empty state starts with the journal of a small shop for ceramics and tea.
"""

from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.providers.generic.content import CHANGE_EVENTS, DELETION_EVENT
from platform_core.webhooks.request import Request

PER_PAGE: Final = 4


class Simulated(SimulatedVendor):
    """One sender."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*/*.json*",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the listing."""
        address = urlsplit(url)
        if method != "GET" or not address.path.endswith(".json"):
            return json_response(404, {"error": "not found"})
        start = int(parse_qs(address.query).get("from", ["0"])[0])
        items = list(self._state()["items"].values())
        has_more = start + PER_PAGE < len(items)
        next_path = f"{address.path}?from={start + PER_PAGE}" if has_more else None
        return json_response(200, {"items": items[start : start + PER_PAGE], "next": next_path})

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        data, state = parsing.parse_object(body.get("data")), self._state()
        item_id = str(data.get("id"))
        known_time = state["items"].get(item_id, {}).get("updated_at") or state["deleted"].get(
            item_id
        )
        event, known_at = body.get("type"), parsing.parse_timestamp(known_time)
        time_text = body.get("timestamp") if event == DELETION_EVENT else data.get("updated_at")
        changed_at = parsing.parse_timestamp(time_text)
        # Deliveries can arrive out of order and more than once.
        if changed_at is None or (known_at is not None and changed_at < known_at):
            return
        if event == DELETION_EVENT:
            state["items"].pop(item_id, None)
            state["deleted"][item_id] = time_text
        elif event in CHANGE_EVENTS:
            state["items"][item_id] = data
        self._save(state)

    def _seed_state(self) -> State:
        return {
            "items": {item["id"]: item for item in _seed_items()},
            "deleted": {},
        }


def _seed_items() -> list[State]:
    return [
        {
            "id": name,
            "content_type": kind,
            "title": title,
            "slug": name,
            "description": text.partition(".")[0] + ".",
            "body": f"<p>{text}</p>",
            "tags": tags.split(),
            "created_at": f"{day}T08:00:00Z",
            "updated_at": f"{day}T08:00:00Z",
            **({"published_at": f"{day}T08:00:00Z"} if kind == "article" else {}),
        }
        for name, kind, day, title, tags, text in _SEED
    ]


_SEED: Final = (
    (
        "a-shelf-for-one-cup", "article", "2026-10-30", "A shelf for one cup", "studio people",
        "A neighbour asked for a shelf just wide enough for one cup. We made the cup first, then "
        "the shelf, and now she says that she needs a wall.",
    ),
    (
        "salt-on-the-glaze", "article", "2026-10-09", "Salt on the glaze", "studio glaze",
        "A handful of salt at the right minute makes a surface like orange peel. At the wrong "
        "minute it makes a surface like orange peel that nobody wants.",
    ),
    (
        "which-tea-for-which-pot", "article", "2026-09-18", "Which tea for which pot", "tea",
        "A thick pot for black tea and a thin one for green. Beyond that it is a matter of whose "
        "turn it is to wash up.",
    ),
    (
        "the-dog-and-the-clay", "article", "2026-08-27", "The dog and the clay", "people",
        "He is not allowed near the shelves. There is one bowl with a paw in its foot, and it is "
        "not for sale.",
    ),
    (
        "studio", "page", "2026-06-01", "The studio", "",
        "Three people, one kiln and a window to the water. Come by on Thursdays; the kettle is on.",
    ),
    (
        "mending", "page", "2026-06-02", "Mending", "",
        "Broken pots come back to us and go out with a seam. A repair costs no more than its glue.",
    ),
)  # fmt: skip
