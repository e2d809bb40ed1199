"""Strapi's documents as content.

A delivery says where to look and nothing that is believed: what is published is read from the REST
API in every case, and what that does not show is gone.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, cast

from platform_core.content import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.strapi import rest
from platform_core.providers.strapi.documents import PREFIX, content_id, image, item
from platform_core.providers.strapi.settings import Settings
from platform_core.providers.strapi.webhook import topic
from platform_core.webhook import Delivery

WRITTEN: Final = frozenset({"entry.create", "entry.update", "entry.publish"})
ENDED: Final = frozenset({"entry.unpublish", "entry.delete"})


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What became of the document, or of what shows the file, that a delivery names."""
    body = reading.document(delivery.request.body)
    event = topic(delivery.request)
    match event:
        case "media.update":
            return _showing(context, reading.part(body.get("media")))
        case "media.delete":
            return [Upsert(each, authoritative=True) for each in list_all(context)]
        case _ if event in WRITTEN | ENDED:
            return _entry(context, event, body)
        case _:
            return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every published document of a type that the site shows."""
    settings = _settings(context)
    for model, document in rest.every(context):
        yield from reading.sound(partial(item, model, settings=settings), [document])


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """The document as the REST API has it now."""
    settings = _settings(context)
    model, _, name = content_id.removeprefix(PREFIX).partition(":")
    if settings.types.get(model) != content_type:
        return None
    found = rest.one(context, model, name)
    return item(model, found, settings) if found else None


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _entry(context: Context, event: str, body: Json) -> list[Change]:
    settings = _settings(context)
    entry, model = reading.part(body.get("entry")), _model(body)
    name = rest.identity(entry)
    if name is None or model is None:
        raise Malformed("the delivery names no document")
    if model not in settings.types or (event in WRITTEN and _is_draft(entry)):
        return []
    found = rest.one(context, model, name)
    if found is None:
        return [Removal(content_id(model, name), settings.types[model])]
    made = item(model, found, settings)
    told = reading.moment(entry.get("updatedAt"))
    if event in WRITTEN and told and reading.micros(told) > made.version:
        raise NotYetVisible("the API still shows an older state than the delivery names")
    return [Upsert(made, authoritative=True)]


def _model(body: Json) -> str | None:
    """The singular name of the type: `article`, of which the uid is `api::article.article`."""
    uid = reading.text(body.get("uid"))
    return reading.text(body.get("model")) or (uid.rpartition(".")[2] if uid else None)


def _is_draft(entry: Json) -> bool:
    """Saved and not published. A type without drafts says nothing of the kind (version 4) or
    has a date here (version 5)."""
    return "publishedAt" in entry and entry["publishedAt"] is None


def _showing(context: Context, media: Json) -> list[Change]:
    """The items that show a file. Strapi cannot be asked what uses one, so all are looked through.

    What showed a file that is deleted cannot be found in this way: then all of them are read anew.
    """
    found = image(media, _settings(context))
    if found is None:
        return []
    return [
        Upsert(each, authoritative=True)
        for each in list_all(context)
        if any(found.url == shown.url for shown in (each.featured_image, *each.images) if shown)
        or found.url in (each.body or "")
    ]
