"""Simulate Contentful: entries, assets and sync of the delivery API, and the API for webhooks.

The state is `{"documents": {"Entry/id": document}, "drafts": the same for changes that are saved
and not published, "buried": {"Entry/id": time}, "hooks": {id: hook}, "secret": its last
characters}`; an empty state starts with the journal of a small studio.
"""

import json
import re
from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.providers.contentful.space import document_key, parse_link
from platform_core.webhooks.request import Request

LOCALE: Final = "en-US"
SYNC_PAGE: Final = 10


class Simulated(SimulatedVendor):
    """One space with one environment."""

    HOSTS: ClassVar[tuple[str, ...]] = (
        "cdn.contentful.com", "cdn.eu.contentful.com", "api.contentful.com",
        "api.eu.contentful.com", "preview.contentful.com", "preview.eu.contentful.com",
    )  # fmt: skip

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call."""
        address = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        match = re.fullmatch(
            r"/spaces/[\w-]+/(?:environments/[\w.-]+/)?(entries|assets|sync"
            r"|webhook_settings/signing_secret|webhook_definitions)(?:/(\w+))?",
            address.path,
        )
        state = self._state()
        documents = state["documents"]
        is_preview = str(address.hostname).startswith("preview.")
        if is_preview:
            documents = documents | state.get("drafts", {})
        match match[1] if match else None:
            case "entries" | "assets" as resource:
                return _answer_search(documents, resource, query)
            case "sync" if not is_preview:
                return _answer_sync(documents, url, query)
            case "webhook_definitions":
                return self._answer_webhook_api_request(method, match[2] if match else None, body)
            case "webhook_settings/signing_secret":
                return self._answer_secret(method, body)
            case _:
                return json_response(404, {"sys": {"type": "Error", "id": "NotFound"}})

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        sys = parsing.parse_object(body.get("sys"))
        kind, document_id = document_key(body)
        key = f"{kind.removeprefix('Deleted')}/{document_id}"
        state = self._state()
        known_sys = parsing.parse_object(
            parsing.parse_object(state["documents"].get(key)).get("sys")
        )
        known_at = parsing.parse_timestamp(known_sys.get("updatedAt")) or parsing.parse_timestamp(
            state["buried"].get(key)
        )
        changed_at = parsing.parse_timestamp(sys.get("deletedAt") or sys.get("updatedAt"))
        # Deliveries can arrive out of order and more than once.
        if changed_at is None or (known_at and changed_at < known_at):
            return
        if kind in {"DeletedEntry", "DeletedAsset"}:
            state["documents"].pop(key, None)
            state["buried"][key] = changed_at.isoformat()
        elif kind in {"Entry", "Asset"} and parsing.parse_integer(sys.get("revision")) is not None:
            state["documents"][key] = body
            state.get("drafts", {}).pop(key, None)
        elif kind in {"Entry", "Asset"}:
            state.setdefault("drafts", {})[key] = body
        self._save(state)

    def _seed_state(self) -> State:
        return {
            "documents": {
                "/".join(document_key(document)): document for document in _seed_documents()
            },
            "buried": {},
        }

    def _answer_webhook_api_request(
        self, method: str, hook_id: str | None, body: bytes
    ) -> HttpResponse:
        state = self._state()
        hooks: dict[str, State] = state.setdefault("hooks", {})
        if method == "GET":
            return json_response(200, {"total": len(hooks), "items": list(hooks.values())})
        if method == "POST":
            hook_id = f"hook{len(hooks) + 1}"
        if hook_id is None or (method == "PUT" and hook_id not in hooks):
            return json_response(404, {"sys": {"type": "Error", "id": "NotFound"}})
        version = hooks.get(hook_id, {"sys": {"version": -1}})["sys"]["version"] + 1
        sys = {"type": "WebhookDefinition", "id": hook_id, "version": version}
        hooks[hook_id] = {**json.loads(body), "sys": sys}
        self._save(state)
        return json_response(200, hooks[hook_id])

    def _answer_secret(self, method: str, body: bytes) -> HttpResponse:
        """Store the space's secret, or return its last characters."""
        state = self._state()
        if method == "PUT":
            state["secret"] = json.loads(body)["value"][-4:]
            self._save(state)
        if "secret" not in state:
            return json_response(404, {"sys": {"type": "Error", "id": "NotFound"}})
        return json_response(200, {"redactedValue": state["secret"]})


def _answer_search(documents: State, resource: str, query: Mapping[str, str]) -> HttpResponse:
    """Return entries or assets together with the documents that entries link to."""
    kind = {"entries": "Entry", "assets": "Asset"}[resource]
    documents_found = [
        document for document in _sorted_documents(documents) if document_key(document)[0] == kind
    ]
    for name, value in query.items():
        if name in {"sys.id", "sys.id[in]"}:
            documents_found = [
                document
                for document in documents_found
                if document_key(document)[1] in value.split(",")
            ]
        elif name.startswith("links_to_"):
            link = (name.removeprefix("links_to_").capitalize(), value)
            documents_found = [
                document
                for document in documents_found
                if link in set(_find_links(document["fields"]))
            ]
    start, size = int(query.get("skip", "0")), int(query.get("limit", "100"))
    page = documents_found[start : start + size]
    includes: dict[str, list[State]] = {}
    for document in _linked_documents(documents, page, int(query.get("include", "1"))):
        includes.setdefault(document_key(document)[0], []).append(document)
    return json_response(200, {"total": len(documents_found), "items": page, "includes": includes})


def _linked_documents(documents: State, page: list[State], depth: int) -> list[State]:
    """Return the documents that a page links to, in so many steps."""
    known = {document_key(document) for document in page}
    linked: list[State] = []
    newest = page
    for _ in range(depth):
        links = {link for document in newest for link in _find_links(document["fields"])} - known
        names = [f"{kind}/{name}" for kind, name in sorted(links)]
        newest = [documents[name] for name in names if name in documents]
        linked += newest
        known |= links
    return linked


def _answer_sync(documents: State, url: str, query: Mapping[str, str]) -> HttpResponse:
    """Return a page of all documents. Cursors are positions here."""
    start = int(query.get("sync_token", "0"))
    end = start + SYNC_PAGE
    link_field = "nextPageUrl" if end < len(documents) else "nextSyncUrl"
    address = f"{url.partition('?')[0]}?sync_token={end}"
    return json_response(
        200, {"items": _sorted_documents(documents)[start:end], link_field: address}
    )


def _sorted_documents(documents: State) -> list[State]:
    return [documents[key] for key in sorted(documents)]


def _find_links(value: object) -> list[tuple[str, str]]:
    if link := parse_link(value):
        return [link]
    if isinstance(value, dict):
        value = list(value.values())
    return [link for item in value for link in _find_links(item)] if isinstance(value, list) else []


def _seed_documents() -> list[State]:
    return [_seed_document(row) for row in _SEED]


def _seed_document(row: tuple[str, str, str, str, str, str, State]) -> State:
    kind, name, day, title, excerpt, text, more = row
    fields = {"title": title, "slug": name, "excerpt": excerpt, "body": _to_rich_text(text), **more}
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
        "fields": {field: {LOCALE: value} for field, value in fields.items()},
    }


def _to_rich_text(text: str) -> State:
    """Convert a light notation to rich text: `## heading`, `> quote`, else paragraphs."""
    nodes = [_to_block(" ".join(line.split())) for line in text.strip().split("\n\n")]
    return {"nodeType": "document", "data": {}, "content": nodes}


def _to_block(line: str) -> State:
    mark, _, rest = line.partition(" ")
    text = rest if mark in {"##", ">"} else line
    words: State = {"nodeType": "text", "value": text, "marks": [], "data": {}}
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
