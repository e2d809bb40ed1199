"""Sanity's documents as content.

A webhook's body is whatever its projection says, so the API is asked first and its word is final.
Only a document that the API does not know (any more, or yet) is judged by the delivery itself: a
whole document is taken as it was signed, anything less means that it is gone.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import urlencode

from platform_core.content import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible, VendorUnavailable
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import freeform, reading
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json
from platform_core.providers.sanity.assets import image
from platform_core.providers.sanity.manifest import PROVIDER
from platform_core.providers.sanity.portable_text import to_html
from platform_core.providers.sanity.settings import Settings
from platform_core.webhook import Delivery, Request

ONE: Final = "*[_id == $id][0]"
PAGE: Final = "*[_type in $types && _id > $last] | order(_id) [0...100]"
_UNPUBLISHED: Final = re.compile(r"(drafts|versions)\.")
_PREFIX: Final = "sanity:"


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What became of the document that a delivery names."""
    settings = _settings(context)
    body = reading.document(delivery.request.body)
    name = reading.text(body.get("_id"), delivery.request.headers.get("sanity-document-id"))
    if name is None:
        raise Malformed("the delivery names no document")
    if _UNPUBLISHED.match(name) or _is_foreign(body, settings):
        return []
    found = _one(context, name)
    if found:
        return _from_api(found, body, settings)
    if _is_deletion(delivery.request, body) or not _is_whole(body, settings):
        return [Removal(_PREFIX + name, kind) for kind in _kinds(body, settings)]
    sent = _sent_at(delivery.request)
    return [Upsert(_item({**body, "_id": name}, settings, sent))]


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every published document of a known type, by id."""
    settings = _settings(context)
    last, progress = "", Progress()
    while page := _page(context, settings, last):
        progress.saw(page)
        published = [each for each in page if not _UNPUBLISHED.match(str(each["_id"]))]
        yield from reading.sound(lambda each: _item(each, settings), published)
        last = str(page[-1]["_id"])


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """The document as the API has it now, past every cache."""
    settings = _settings(context)
    found = _one(context, content_id.removeprefix(_PREFIX))
    if not found or settings.types.get(str(found.get("_type"))) != content_type:
        return None
    return _item(found, settings)


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _one(context: Context, name: str) -> Json | None:
    """The published document of this id; None: there is none."""
    found = _ask(context, ONE, id=name)
    if found is not None and not isinstance(found, dict):
        raise VendorUnavailable("the vendor's answer holds no document")
    return found


def _page(context: Context, settings: Settings, last: str) -> list[Json]:
    """The next documents by id. Raises `VendorUnavailable` for one without an id: it must not look
    like a document that is gone."""
    page = reading.records(_ask(context, PAGE, types=sorted(settings.types), last=last))
    if not all(isinstance(each.get("_id"), str) for each in page):
        raise VendorUnavailable("the vendor's answer names a document by halves")
    return page


def _ask(context: Context, query: str, **parameters: object) -> Any:
    """The result of a query at the origin (never the CDN), published documents only."""
    settings = _settings(context)
    asked = {"query": query, "perspective": "published"} | {
        f"${name}": json.dumps(value) for name, value in parameters.items()
    }
    response = context.http(
        "GET",
        f"https://{settings.project_id}.api.sanity.io/v{settings.api_version}/data/query/"
        f"{settings.dataset}?{urlencode(asked)}",
        headers={"authorization": f"Bearer {context.secret('read_token')}"},
    )
    return reading.part(reading.answer(response, absent=())).get("result")


def _from_api(found: Json, body: Json, settings: Settings) -> list[Change]:
    if str(found.get("_type")) not in settings.types:
        return []
    item = _item(found, settings)
    told = reading.moment(body.get("_updatedAt"))
    if told and reading.micros(told) > item.version:
        raise NotYetVisible("the API still shows an older revision than the delivery names")
    return [Upsert(item, authoritative=True)]


def _is_foreign(body: Json, settings: Settings) -> bool:
    """Whether the document is of a type that the site does not show."""
    return isinstance(body.get("_type"), str) and body["_type"] not in settings.types


def _is_deletion(request: Request, body: Json) -> bool:
    """Asked only about what the API does not know, so that an unsigned header can do no harm."""
    said = body.get("operation") or body.get("_operation")
    return (said or request.headers.get("sanity-operation")) == "delete"


def _is_whole(body: Json, settings: Settings) -> bool:
    return str(body.get("_type")) in settings.types and any(
        name in body for name in ("title", "name", "heading", "store")
    )


def _kinds(body: Json, settings: Settings) -> list[str]:
    """What the document was; where the delivery does not say, all that it can have been."""
    known = settings.types.get(str(body.get("_type")))
    return [known] if known else sorted(set(settings.types.values()))


def _sent_at(request: Request) -> datetime:
    """The vendor's signed time."""
    found = re.search(r"t=(\d{1,16})", request.headers.get("sanity-webhook-signature", ""))
    if found is None:
        raise Malformed("the delivery has no signed time")
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC)


def _item(document: Json, settings: Settings, sent: datetime | None = None) -> UnifiedContent:
    """A document as a unified item; `sent` stands in for the times that a payload left out."""
    updated = reading.moment(document.get("_updatedAt")) or sent
    if updated is None:
        raise Malformed("the document has no _updatedAt")
    name, kind = str(document.get("_id")), str(document.get("_type"))
    if kind not in settings.types:
        raise Malformed("the document is of a type that the site does not show")
    return freeform.unified(
        freeform.Fields(document, reading.part(document.get("store"))),
        freeform.Origin(
            id=_PREFIX + name,
            content_type=settings.types[kind],
            provider=PROVIDER.name,
            version=reading.micros(updated),
            created_at=reading.moment(document.get("_createdAt")) or updated,
            updated_at=updated,
            fallback_slug=name,
            data={"document_type": kind, "revision": reading.text(document.get("_rev"))},
        ),
        freeform.Reader(
            html=lambda value: to_html(value, lambda each: image(each, settings)),
            image=lambda value: image(value, settings),
            member=_member,
            currency=settings.currency,
        ),
    )


def _member(value: object) -> str | None:
    """A reference to a product as its content id."""
    reference = reading.text(reading.part(value).get("_ref"))
    return _PREFIX + reference if reference else None
