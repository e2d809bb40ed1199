"""Simulate Sanity: the queries of our content module and the API for webhooks.

The state is `{"documents": {id: document}, "deleted": {id: Unix seconds}, "hooks": {id: hook}}`; an
empty state starts with the articles and pages of a small shop. The id of a draft is `drafts.ID`.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from platform_core.http import HttpResponse
from platform_core.provider_kit import parsing
from platform_core.provider_kit.simulated_vendor import SimulatedVendor, State, json_response
from platform_core.providers.sanity.content import DOCUMENT_QUERY, PAGE_QUERY
from platform_core.providers.sanity.perspectives import DRAFT, select_perspective
from platform_core.providers.sanity.references import LINKED_QUERY
from platform_core.webhooks.request import Request

_QUERY_BY_TYPE: Final = re.compile(r"\*\[_type == [\"'](\w+)[\"']\]")
"""A query as sites write it. Whatever follows, such as a projection or an order, has no effect."""
_PROJECTION_FIELDS: Final = {"operation", "_operation", "before", "after"}
"""Fields that a projection can add to a document."""


class Simulated(SimulatedVendor):
    """One project with one dataset."""

    HOSTS: ClassVar[tuple[str, ...]] = ("*.api.sanity.io", "api.sanity.io")

    def respond(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse:
        """Answer one call."""
        address = urlsplit(url)
        if match := re.fullmatch(r"/v[\d-]+/hooks/projects/[\w-]+(?:/(\w+))?", address.path):
            return self._answer_webhook_api_request(method, match[1], body)
        if method != "GET" or not re.fullmatch(r"/v[\d-]+/data/query/[\w-]+", address.path):
            return json_response(404, {"message": "no such path"})
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        perspective = query.get("perspective") if headers.get("authorization") else None
        documents = select_perspective(self._state()["documents"], perspective)
        match query.get("query"):
            case text if text == DOCUMENT_QUERY:
                return json_response(200, {"result": documents.get(json.loads(query["$id"]))})
            case text if text == LINKED_QUERY:
                names = json.loads(query["$ids"])
                return json_response(200, {"result": [documents.get(name) for name in names]})
            case text if text == PAGE_QUERY:
                types, last_id = json.loads(query["$types"]), json.loads(query["$last"])
                names = [name for name in sorted(documents) if name > last_id]
                page = [documents[name] for name in names if documents[name]["_type"] in types]
                return json_response(200, {"result": page[:100]})
            case str(text) if match := _QUERY_BY_TYPE.match(text):
                found = [row for row in documents.values() if row["_type"] == match[1]]
                return json_response(200, {"result": found})
            case _:
                return json_response(400, {"message": "the simulation has no such query"})

    def record(self, request: Request) -> None:
        """Apply a delivery to the state, unless the state is newer."""
        body = parsing.parse_document(request.body)
        document_id = parsing.parse_text(body.get("_id"), request.headers.get("sanity-document-id"))
        if document_id is None:
            return
        state = self._state()
        existing = state["documents"].get(document_id, {})
        sent_at = _sent_at(request)
        if _parse_operation(request, body) == "delete":
            # Deliveries can arrive out of order: a deletion must not remove a newer document.
            if sent_at >= _edited_at(existing, 0):
                state["documents"].pop(document_id, None)
                state["deleted"][document_id] = sent_at
        elif _edited_at(body, sent_at) >= max(
            _edited_at(existing, 0), state["deleted"].get(document_id, 0)
        ):
            fields = {key: value for key, value in body.items() if key not in _PROJECTION_FIELDS}
            if "_type" in fields or (existing and fields.keys() - {"_id"}):
                state["documents"][document_id] = {
                    **_with_times(existing | fields, fields, sent_at),
                    "_id": document_id,
                }
                # A publication deletes the draft.
                state["documents"].pop(f"{DRAFT}{document_id}", None)
        self._save(state)

    def _answer_webhook_api_request(
        self, method: str, hook_id: str | None, body: bytes
    ) -> HttpResponse:
        """List, create and update webhooks. Like the vendor, never return a secret."""
        state = self._state()
        hooks: dict[str, State] = state.setdefault("hooks", {})
        if method == "GET":
            return json_response(200, list(hooks.values()))
        if method == "POST":
            hook_id = f"hook{len(hooks) + 1}"
        if hook_id is None or (method == "PATCH" and hook_id not in hooks):
            return json_response(404, {})
        hook = {**hooks.get(hook_id, {}), **json.loads(body), "id": hook_id}
        hooks[hook_id] = {key: value for key, value in hook.items() if key != "secret"}
        self._save(state)
        return json_response(200, hooks[hook_id])

    def _seed_state(self) -> State:
        return {
            "documents": {document["_id"]: document for document in _seed_documents()},
            "deleted": {},
        }


def _parse_operation(request: Request, body: Mapping[str, Any]) -> str:
    operation = body.get("operation") or body.get("_operation")
    return str(operation or request.headers.get("sanity-operation"))


def _sent_at(request: Request) -> float:
    """Return the vendor's signed time in Unix seconds."""
    match = re.search(r"t=(\d{1,16})", request.headers.get("sanity-webhook-signature", ""))
    return int(match[1]) / 1000 if match else request.received_at


def _edited_at(document: Mapping[str, Any], default: float) -> float:
    updated = parsing.parse_timestamp(document.get("_updatedAt"))
    return updated.timestamp() if updated else default


def _with_times(document: State, fields: Mapping[str, Any], sent_at: float) -> State:
    """Add the times that every document has at the vendor."""
    time_text = datetime.fromtimestamp(sent_at, UTC).isoformat(timespec="milliseconds")
    updated = fields.get("_updatedAt") or time_text.replace("+00:00", "Z")
    return {"_createdAt": updated, **document, "_updatedAt": updated}


def _seed_documents() -> list[State]:
    return [
        {
            "_id": name,
            "_type": kind,
            "_rev": f"seed-{name}",
            "_createdAt": f"{day}T08:00:00Z",
            "_updatedAt": f"{day}T08:00:00Z",
            "title": title,
            "slug": {"_type": "slug", "current": name},
            "excerpt": excerpt,
            "body": _to_portable_text(text),
            **({"publishedAt": f"{day}T08:00:00Z", "tags": tags} if kind == "article" else {}),
            **({"order": len(tags)} if kind == "page" else {}),
        }
        for name, kind, day, title, tags, excerpt, text in _SEED
    ]


def _to_portable_text(text: str) -> list[State]:
    """Convert a light notation to Portable Text: `## heading`, `- item`, `> quote`, paragraphs."""
    lines = re.split(r"\n(?=- )|\n\n", text.strip())
    return [_to_block(" ".join(line.split()), number) for number, line in enumerate(lines) if line]


def _to_block(line: str, number: int) -> State:
    mark, _, rest = line.partition(" ")
    style = {"##": "h2", ">": "blockquote"}.get(mark, "normal")
    text = rest if mark in {"##", ">", "-"} else line
    block: State = {
        "_type": "block",
        "_key": f"b{number}",
        "style": style,
        "markDefs": [],
        "children": [{"_type": "span", "_key": f"s{number}", "text": text, "marks": []}],
    }
    return block | ({"listItem": "bullet", "level": 1} if mark == "-" else {})


_SEED: Final = (
    (
        "how-we-fire-the-autumn-glaze", "article", "2026-10-28", "How we fire the autumn glaze",
        ["studio", "glaze"],
        "Three days, one kiln, and the ash of an apple tree that came down in the spring.",
        """
Every October the studio smells of apple wood. The glaze that we call Bracken is made of its
ash, a little iron, and a good deal of patience.

## Three slow days

The kiln climbs for eighteen hours, rests at the top for two, and then takes two days to come
down. Open it early and the surface goes dull.

- Day one: load, and close the door before dusk
- Day two: nobody touches anything
- Day three: tea first, then the door

> A kiln is an oven that teaches you to wait.

No two bowls come out alike, and the ones at the back are always the best. We do not know why,
and have stopped asking.
""",
    ),
    (
        "a-pot-of-tea-in-four-minutes", "article", "2026-10-14",
        "A good pot of tea in four minutes",
        ["tea"],
        "Water, leaves, time: what matters, and what is only ceremony.",
        """
Most tea is spoiled by hurry at the start and by neglect at the end. Four minutes of attention
are enough.

## What you need

- A pot that holds its heat
- Two grams of leaf for each cup
- Water just off the boil for black tea, and a little cooler for green

Warm the pot, pour the water away, and only then put in the leaves. Pour from a height: the
leaves want to move.

## And then leave it alone

Three minutes for a light cup, four for a strong one. Stirring makes it bitter and does not make
it faster.
""",
    ),
    (
        "the-clay-from-the-north-bank", "article", "2026-09-30", "The clay from the north bank",
        ["studio", "clay"],
        "Our stoneware starts twelve kilometres from the wheel.",
        """
The clay we dig on the north bank is coarse, dark and stubborn. For a year we tried to make it
behave; then we began to make things that suit it.

It does not like thin walls. It likes weight, a low foot, and a glaze that stops a finger above
the table.

## From the bank to the bench

We dig in May, when the frost has done half the work, and let it lie until September. After
sieving, about a third is left. The rest goes back.
""",
    ),
    (
        "caring-for-stoneware", "article", "2026-09-12", "Caring for stoneware, and when not to",
        ["care"],
        "It outlives the dishwasher. A few habits make it outlive you.",
        """
Stoneware is fired hot enough to shrug off almost anything. Almost.

- Let a hot dish cool before it meets cold water
- Unglazed feet like a soft mat
- Tea stains go with a spoon of baking soda

## When not to bother

A fine web of lines in the glaze is called crazing. It is not damage, it is the pot growing old.
Leave it.
""",
    ),
    (
        "a-table-for-eleven", "article", "2026-08-22", "A table for eleven",
        ["people"],
        "One long table, eleven bowls, and the evening they were made for.",
        """
In August a neighbour asked for eleven bowls, none alike and all of a set. It took us four tries
to understand what she meant.

What makes a set, we found, is not the colour and not the shape. It is the size of the hand that
they were made for.

> You can tell who sat where by which bowl is empty.
""",
    ),
    (
        "about", "page", "2026-06-01", "About us", ["1"],
        "A studio of three beside the water: stoneware, tea, and mail on Tuesdays.",
        """
We make stoneware for the table and choose teas that are worth a good cup. There are three of
us, one kiln and a dog who is not allowed near the shelves.

## Visit

The studio is open on Thursdays and Fridays from ten to four. The kettle is on.

## Orders

Everything on this site is made or packed here, and leaves on Tuesdays.
""",
    ),
    (
        "shipping", "page", "2026-06-02", "Shipping and returns", ["1", "2"],
        "How it gets to you in one piece, and how it comes back if it must.",
        """
Every parcel is packed in straw and paper. If something arrives broken, a photograph is enough:
we send another.

## Returns

Keep it for thirty days. If it does not feel right in the hand, send it back and we refund all
of it.
""",
    ),
)  # fmt: skip
