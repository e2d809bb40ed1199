"""Simulate Strapi's REST API, in the shape of version 5.

The state is `{"documents": {model: {id: document}}, "drafts": the same for unpublished documents,
"deleted": {"model/id": time}}`; an empty state starts with the notes of a small studio. A
self-hosted server can have any name, so the simulation answers on every host, by the path of the
API. A type without documents exists and is empty.
"""

import re
from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.providers.strapi.rest import parse_document_id
from platform_core.providers.strapi.settings import TYPES, english_plural
from platform_core.webhooks.request import Request

MAX_PAGE_SIZE: Final = 100


class Simulated(SimulatedVendor):
    """One server."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*/api/*",)

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call of the read API."""
        address = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        plural = re.fullmatch(r"(?:/[\w-]+)*/api/([a-z0-9-]+)", address.path)
        if method != "GET" or plural is None:
            error = {"status": 404, "name": "NotFoundError", "message": "Not Found", "details": {}}
            return json_response(404, {"data": None, "error": error})
        state = self._state()
        model = next((name for name in state["documents"] if english_plural(name) == plural[1]), "")
        documents = state["documents"].get(model, {})
        if query.get("status") == "draft":
            documents = documents | state.get("drafts", {}).get(model, {})
        return _list_response(list(documents.values()), query)

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        model, entry = (
            parsing.parse_text(body.get("model")),
            parsing.parse_object(body.get("entry")),
        )
        document_id, changed_at = (
            parse_document_id(entry),
            parsing.parse_timestamp(entry.get("updatedAt")),
        )
        if model is None or document_id is None or changed_at is None:
            return
        state = self._state()
        documents: State = state["documents"].setdefault(model, {})
        key = f"{model}/{document_id}"
        known_time = documents.get(document_id, {}).get("updatedAt") or state["deleted"].get(key)
        known_at = parsing.parse_timestamp(known_time)
        match body.get("event"):
            case "entry.delete" | "entry.unpublish":
                documents.pop(document_id, None)
                state["deleted"][key] = changed_at.isoformat()
            case "entry.create" | "entry.update" | "entry.publish" if (
                not known_at or changed_at >= known_at
            ):
                drafts: State = state.setdefault("drafts", {}).setdefault(model, {})
                if entry.get("publishedAt", changed_at) is not None:
                    documents[document_id] = entry
                    drafts.pop(document_id, None)
                else:
                    drafts[document_id] = entry
        self._save(state)

    def _seed_state(self) -> State:
        return {"documents": _seed_documents(), "deleted": {}}


def _list_response(documents: list[State], query: Mapping[str, str]) -> HttpResponse:
    """Return a page of documents that match the filters."""
    for field in ("documentId", "id"):
        value = query.get(f"filters[{field}][$eq]")
        documents = [
            document for document in documents if value in (None, str(document.get(field)))
        ]
    ids = {value for name, value in query.items() if name.startswith("filters[id][$in]")}
    # A type that is not translated has no locale, and answers every query for one.
    locales = {None, query.get("locale")}
    documents = [
        _without_unpopulated_media(document, query)
        for document in documents
        if (not ids or str(document.get("id")) in ids)
        and ("locale" not in query or document.get("locale") in locales)
    ]
    number = int(query.get("pagination[page]", "1"))
    size = min(int(query.get("pagination[pageSize]", "25")), MAX_PAGE_SIZE)
    page = {"page": number, "pageSize": size, "pageCount": -(-len(documents) // size)}
    page_documents = documents[(number - 1) * size : number * size]
    return json_response(
        200, {"data": page_documents, "meta": {"pagination": page | {"total": len(documents)}}}
    )


def _without_unpopulated_media(document: State, query: Mapping[str, str]) -> State:
    """Leave out the media of components in dynamic zones, unless the query names the component."""
    return {
        field: [_without_media(field, part, query) for part in value]
        if any("__component" in part for part in parsing.parse_objects(value))
        else value
        for field, value in document.items()
    }


def _without_media(field: str, component: State, query: Mapping[str, str]) -> State:
    if f"populate[{field}][on][{component.get('__component')}][populate]" in query:
        return component
    return {
        name: value
        for name, value in component.items()
        if not any(
            "mime" in file
            for file in parsing.parse_objects(value if isinstance(value, list) else [value])
        )
    }


def _seed_documents() -> State:
    documents: State = {model: {} for model in TYPES}
    for number, (model, name, day, title, description, text, more) in enumerate(_SEED, start=1):
        document: State = {
            "id": number,
            "documentId": f"seed{number:020}",
            "title": title,
            "slug": name,
            "description": description,
            "body": text.strip(),
            "createdAt": f"{day}T08:00:00.000Z",
            "updatedAt": f"{day}T08:00:00.000Z",
            "publishedAt": f"{day}T08:00:00.000Z",
            "locale": None,
        } | more
        documents[model][document["documentId"]] = document
    return documents


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
