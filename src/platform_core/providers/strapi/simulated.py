"""A double of Strapi's REST API, in the shape of version 5.

Its state is `{"documents": {model: {id: document}}, "deleted": {"model/id": time}}`; an empty one
starts with the notes of a small studio. A server of one's own may have any name, so the double
answers at every host, by the path of the API. A type that nobody has written to is there and empty.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.providers.strapi.rest import identity
from platform_core.providers.strapi.settings import TYPES, english_plural
from platform_core.webhook import Request

State = dict[str, Any]
LARGEST: Final = 100


class Simulated:
    """One server."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*/api/*",)

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call of the read API."""
        address = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        plural = re.fullmatch(r"(?:/[\w-]+)*/api/([a-z0-9-]+)", address.path)
        if method != "GET" or plural is None:
            error = {"status": 404, "name": "NotFoundError", "message": "Not Found", "details": {}}
            return _answer(404, {"data": None, "error": error})
        shelves = self._state()["documents"]
        found = next((each for each in shelves if english_plural(each) == plural[1]), "")
        return _list(list(shelves.get(found, {}).values()), asked)

    def record(self, request: Request) -> None:
        """Take over what a delivery tells: the newest word on a document counts."""
        body = reading.document(request.body)
        model, entry = reading.text(body.get("model")), reading.part(body.get("entry"))
        name, now = identity(entry), reading.moment(entry.get("updatedAt"))
        if model is None or name is None or now is None:
            return
        state = self._state()
        shelf: State = state["documents"].setdefault(model, {})
        place = f"{model}/{name}"
        known = shelf.get(name, {}).get("updatedAt") or state["deleted"].get(place)
        before = reading.moment(known)
        match body.get("event"):
            case "entry.delete" | "entry.unpublish":
                shelf.pop(name, None)
                state["deleted"][place] = now.isoformat()
            case "entry.create" | "entry.update" | "entry.publish" if not before or now >= before:
                if entry.get("publishedAt", now) is not None:
                    shelf[name] = entry
        self._save(state)

    def _state(self) -> State:
        return self._load() or {"documents": _seed(), "deleted": {}}


def _list(documents: list[State], asked: Mapping[str, str]) -> HttpResponse:
    """A page of documents, or those that a filter leaves."""
    for field in ("documentId", "id"):
        wanted = asked.get(f"filters[{field}][$eq]")
        documents = [each for each in documents if wanted in (None, str(each.get(field)))]
    number = int(asked.get("pagination[page]", "1"))
    size = min(int(asked.get("pagination[pageSize]", "25")), LARGEST)
    page = {"page": number, "pageSize": size, "pageCount": -(-len(documents) // size)}
    found = documents[(number - 1) * size : number * size]
    return _answer(200, {"data": found, "meta": {"pagination": page | {"total": len(documents)}}})


def _answer(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})


def _seed() -> State:
    shelves: State = {model: {} for model in TYPES}
    for number, (model, name, day, title, line, text, more) in enumerate(_SEED, start=1):
        document: State = {
            "id": number,
            "documentId": f"seed{number:020}",
            "title": title,
            "slug": name,
            "description": line,
            "body": text.strip(),
            "createdAt": f"{day}T08:00:00.000Z",
            "updatedAt": f"{day}T08:00:00.000Z",
            "publishedAt": f"{day}T08:00:00.000Z",
            "locale": None,
        } | more
        shelves[model][document["documentId"]] = document
    return shelves


_SEED: Final[tuple[tuple[str, str, str, str, str, str, State], ...]] = (
    (
        "article", "the-tin-on-the-top-shelf", "2026-10-27", "The tin on the top shelf",
        "A tea that we bought too much of, and are glad about now.",
        """
Four years ago we ordered ten times what we meant to. The tin went to the top shelf, and there it
turned from a sharp young thing into something that tastes of **plums and old books**.

## What we learned

- Read the order twice
- Some mistakes want a dark, dry place and a few years
""",
        {"tags": ["tea"]},
    ),
    (
        "article", "handles", "2026-10-12", "On handles",
        "The part of a mug that nobody looks at and everybody judges.",
        """
A handle is pulled, not cut: a wet strip of clay drawn out by hand until it knows its own weight.

> If you notice it while you drink, it is wrong.

We throw away about one in three.
""",
        {"tags": ["studio"]},
    ),
    (
        "article", "a-morning-at-the-market", "2026-09-21", "A morning at the market",
        "Thirty bowls, two folding tables, and rain from the side.",
        """
By nine the tablecloth was wet and by ten we had sold the ones we liked best. People buy bowls in
the rain, it turns out: they want to go home and put soup in them.
""",
        {"tags": ["people", "studio"]},
    ),
    (
        "page", "about", "2026-06-01", "About us",
        "A studio of three beside the water.",
        """
We make stoneware for the table, and choose teas that are worth a good cup.

## Visit

Thursdays and Fridays from ten to four. The kettle is on.
""",
        {"order": 1},
    ),
    (
        "page", "contact", "2026-06-02", "Contact",
        "Write, ring, or knock.",
        """
Letters are answered on Tuesdays, while the parcels wait for the boat.
""",
        {"order": 2},
    ),
)  # fmt: skip
