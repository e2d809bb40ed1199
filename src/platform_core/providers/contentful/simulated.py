"""A double of Contentful: entries, assets and the sync of the delivery API, and the webhooks' API.

Its state is `{"documents": {"Entry/id": document}, "buried": {"Entry/id": time}, "hooks": {id:
hook}, "secret": its end}`; an empty one starts with the journal of a small studio.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.provider import HttpResponse
from platform_core.providers import reading
from platform_core.providers.contentful.space import as_link, identity
from platform_core.webhook import Request

State = dict[str, Any]
LOCALE: Final = "en-US"
SYNC_PAGE: Final = 10


class Simulated:
    """One space with one environment."""

    HOSTS: ClassVar[tuple[str, ...]] = (
        "cdn.contentful.com", "cdn.eu.contentful.com", "api.contentful.com",
        "api.eu.contentful.com",
    )  # fmt: skip

    def __init__(self, load: Callable[[], State], save: Callable[[State], None]) -> None:
        self._load = load
        self._save = save

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """The answer to one call."""
        address = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        found = re.fullmatch(
            r"/spaces/[\w-]+/(?:environments/[\w.-]+/)?(entries|assets|sync"
            r"|webhook_settings/signing_secret|webhook_definitions)(?:/(\w+))?",
            address.path,
        )
        match found[1] if found else None:
            case "entries" | "assets" as place:
                return _search(self._state()["documents"], place, asked)
            case "sync":
                return _sync(self._state()["documents"], url, asked)
            case "webhook_definitions":
                return self._hooks(method, found[2] if found else None, body)
            case "webhook_settings/signing_secret":
                return self._secret(method, body)
            case _:
                return _answer(404, {"sys": {"type": "Error", "id": "NotFound"}})

    def record(self, request: Request) -> None:
        """Take over what a delivery tells: the newest word on an entry or an asset counts."""
        body = reading.document(request.body)
        sys = reading.part(body.get("sys"))
        kind, name = identity(body)
        place = f"{kind.removeprefix('Deleted')}/{name}"
        state = self._state()
        known = reading.part(reading.part(state["documents"].get(place)).get("sys"))
        before = reading.moment(known.get("updatedAt")) or reading.moment(
            state["buried"].get(place)
        )
        now = reading.moment(sys.get("deletedAt") or sys.get("updatedAt"))
        if now is None or (before and now < before):
            return
        if kind in {"DeletedEntry", "DeletedAsset"}:
            state["documents"].pop(place, None)
            state["buried"][place] = now.isoformat()
        elif kind in {"Entry", "Asset"} and reading.whole(sys.get("revision")) is not None:
            state["documents"][place] = body
        self._save(state)

    def _state(self) -> State:
        return self._load() or {
            "documents": {"/".join(identity(each)): each for each in _seed()},
            "buried": {},
        }

    def _hooks(self, method: str, name: str | None, body: bytes) -> HttpResponse:
        state = self._state()
        kept: dict[str, State] = state.setdefault("hooks", {})
        if method == "GET":
            return _answer(200, {"total": len(kept), "items": list(kept.values())})
        if method == "POST":
            name = f"hook{len(kept) + 1}"
        if name is None or (method == "PUT" and name not in kept):
            return _answer(404, {"sys": {"type": "Error", "id": "NotFound"}})
        version = kept.get(name, {"sys": {"version": -1}})["sys"]["version"] + 1
        sys = {"type": "WebhookDefinition", "id": name, "version": version}
        kept[name] = {**json.loads(body), "sys": sys}
        self._save(state)
        return _answer(200, kept[name])

    def _secret(self, method: str, body: bytes) -> HttpResponse:
        """The space's secret, of which only the end is told."""
        state = self._state()
        if method == "PUT":
            state["secret"] = json.loads(body)["value"][-4:]
            self._save(state)
        if "secret" not in state:
            return _answer(404, {"sys": {"type": "Error", "id": "NotFound"}})
        return _answer(200, {"redactedValue": state["secret"]})


def _search(documents: State, place: str, asked: Mapping[str, str]) -> HttpResponse:
    """Entries or assets, with what the entries link to beside them."""
    kind = {"entries": "Entry", "assets": "Asset"}[place]
    found = [each for each in _sorted(documents) if identity(each)[0] == kind]
    for name, value in asked.items():
        if name in {"sys.id", "sys.id[in]"}:
            found = [each for each in found if identity(each)[1] in value.split(",")]
        elif name.startswith("links_to_"):
            link = (name.removeprefix("links_to_").capitalize(), value)
            found = [each for each in found if link in set(_links(each["fields"]))]
    start, size = int(asked.get("skip", "0")), int(asked.get("limit", "100"))
    page = found[start : start + size]
    beside = {link for each in page for link in _links(each["fields"])}
    includes: dict[str, list[State]] = {}
    for kind, name in sorted(beside - {identity(each) for each in page}):
        if document := documents.get(f"{kind}/{name}"):
            includes.setdefault(kind, []).append(document)
    return _answer(200, {"total": len(found), "items": page, "includes": includes})


def _sync(documents: State, url: str, asked: Mapping[str, str]) -> HttpResponse:
    """A page of everything; a cursor is a position here."""
    start = int(asked.get("sync_token", "0"))
    end = start + SYNC_PAGE
    more = "nextPageUrl" if end < len(documents) else "nextSyncUrl"
    address = f"{url.partition('?')[0]}?sync_token={end}"
    return _answer(200, {"items": _sorted(documents)[start:end], more: address})


def _sorted(documents: State) -> list[State]:
    return [documents[place] for place in sorted(documents)]


def _links(value: object) -> list[tuple[str, str]]:
    if link := as_link(value):
        return [link]
    if isinstance(value, dict):
        value = list(value.values())
    return [each for one in value for each in _links(one)] if isinstance(value, list) else []


def _answer(status: int, body: object) -> HttpResponse:
    return HttpResponse(status, json.dumps(body).encode(), {"content-type": "application/json"})


def _seed() -> list[State]:
    return [
        _document(kind, name, day, title, excerpt, text, more)
        for kind, name, day, title, excerpt, text, more in _SEED
    ]


def _document(
    kind: str, name: str, day: str, title: str, excerpt: str, text: str, more: State
) -> State:
    said = {"title": title, "slug": name, "excerpt": excerpt, "body": _rich_text(text), **more}
    return {
        "metadata": {"tags": []},
        "sys": {
            "type": "Entry",
            "id": name,
            "contentType": {"sys": {"type": "Link", "linkType": "ContentType", "id": kind}},
            "revision": 1,
            "createdAt": f"{day}T08:00:00.000Z",
            "updatedAt": f"{day}T08:00:00.000Z",
        },
        "fields": {field: {LOCALE: value} for field, value in said.items()},
    }


def _rich_text(text: str) -> State:
    """A light notation as rich text: `## heading`, `> quote`, else paragraphs."""
    nodes = [_block(" ".join(line.split())) for line in text.strip().split("\n\n")]
    return {"nodeType": "document", "data": {}, "content": nodes}


def _block(line: str) -> State:
    mark, _, rest = line.partition(" ")
    said = rest if mark in {"##", ">"} else line
    words: State = {"nodeType": "text", "value": said, "marks": [], "data": {}}
    paragraph: State = {"nodeType": "paragraph", "data": {}, "content": [words]}
    match mark:
        case "##":
            return paragraph | {"nodeType": "heading-2"}
        case ">":
            return {"nodeType": "blockquote", "data": {}, "content": [paragraph]}
        case _:
            return paragraph


_SEED: Final = (
    (
        "blogPost", "the-second-kiln", "2026-10-30", "The second kiln",
        "It came by boat, in four pieces, on a day without wind.",
        """
For six years one kiln was enough, and for the last two of them it was not. The second is
smaller, quicker and a good deal more opinionated.

## What it is for

Tests, mostly. A glaze that nobody has seen yet should not share a shelf with forty bowls.

> The old kiln forgives. The new one takes notes.
""",
        {"publishDate": "2026-10-30T08:00:00Z", "tags": ["studio", "kiln"]},
    ),
    (
        "blogPost", "tea-that-came-by-sea", "2026-10-16", "Tea that came by sea",
        "Eleven weeks in a container, and better for it.",
        """
Some teas travel badly. This one arrived rounder than it left, as if the journey had talked it
out of something.

## How we drink it

Hot, in the afternoon, from a cup with a thick wall and with nothing beside it.
""",
        {"publishDate": "2026-10-16T08:00:00Z", "tags": ["tea"]},
    ),
    (
        "blogPost", "a-glaze-named-bracken", "2026-09-25", "A glaze named Bracken",
        "Why the colour on the shelf is never the colour in the bucket.",
        """
In the bucket it is grey and smells of the shore. At thirteen hundred degrees the iron in it
wakes up, and the fern that it is named for appears at the rim.
""",
        {"publishDate": "2026-09-25T08:00:00Z", "tags": ["studio", "glaze"]},
    ),
    (
        "page", "about", "2026-06-01", "About us",
        "Three people, two kilns, and a view that makes work difficult.",
        """
We make stoneware for the table and choose teas that are worth a good cup.

## Visit

Thursdays and Fridays from ten to four. The kettle is on.
""",
        {"order": 1},
    ),
    (
        "page", "care", "2026-06-02", "Care and repair",
        "How to keep a bowl for thirty years, and what to do in the thirty-first.",
        """
Wash it however you like. If it breaks, write to us: we mend with lacquer and a line of gold, and
some come back more handsome than they left.
""",
        {"order": 2},
    ),
)  # fmt: skip
