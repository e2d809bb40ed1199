"""Read Strapi's documents as content.

The body of a delivery is not signed, so it only names a document, which is read from the REST API.
A document that the API does not return is gone.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, cast

from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.strapi import rest
from platform_core.providers.strapi.documents import (
    PREFIX,
    build_item,
    content_id,
    is_draft,
    parse_image,
)
from platform_core.providers.strapi.settings import Settings
from platform_core.providers.strapi.webhook import topic
from platform_core.webhooks.request import Delivery

PUBLISH_EVENT: Final = "entry.publish"
WRITE_EVENTS: Final = frozenset({"entry.create", "entry.update", PUBLISH_EVENT})
REMOVAL_EVENTS: Final = frozenset({"entry.unpublish", "entry.delete"})


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes of the document in a delivery, or of the documents with the file."""
    body = parsing.parse_document(delivery.request.body)
    event = topic(delivery.request)
    match event:
        case "media.update":
            return _list_upserts_of_items_with_media(
                context, parsing.parse_object(body.get("media"))
            )
        case "media.delete":
            return [Upsert(item, authoritative=True) for item in list_all(context)]
        case _ if event in WRITE_EVENTS | REMOVAL_EVENTS:
            return _entry_changes(context, event, body)
        case _:
            return []


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield every published document of a type that the site uses, for a preview every one."""
    settings = _settings_of(context)
    for model, document in rest.list_documents(context):
        yield from parsing.skip_malformed(partial(build_item, model, settings=settings), [document])


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Fetch a document from the REST API."""
    settings = _settings_of(context)
    model, _, document_id = content_id.removeprefix(PREFIX).partition(":")
    if settings.types.get(model) != content_type:
        return None
    document = rest.fetch_document(context, model, document_id)
    return build_item(model, document, settings) if document else None


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _entry_changes(context: Context, event: str, body: Json) -> list[Change]:
    """Fetch the document of an event and return its change."""
    settings = _settings_of(context)
    entry, model = parsing.parse_object(body.get("entry")), _parse_model(body)
    document_id = rest.parse_document_id(entry)
    if event == PUBLISH_EVENT and model is not None and document_id is None:
        return _list_upserts_of_type(context, model)
    if document_id is None or model is None:
        raise Malformed("the delivery has no document id")
    if model not in settings.types or _is_passed_over(event, entry, settings):
        return []
    document = rest.fetch_document(context, model, document_id)
    if document is None:
        return [Removal(content_id(model, document_id), settings.types[model])]
    fresh_item = build_item(model, document, settings)
    # The locales of a document share one id, and the API shows the one of the site.
    is_same_locale = entry.get("locale") in (None, document.get("locale"))
    delivered_at = parsing.parse_timestamp(entry.get("updatedAt"))
    # Only a write tells which state the API has to return by now.
    if (
        event in WRITE_EVENTS
        and is_same_locale
        and delivered_at
        and parsing.to_microseconds(delivered_at) > fresh_item.version
    ):
        raise NotYetVisible("the API still returns an older state than the delivery")
    return [Upsert(fresh_item, authoritative=True)]


def _is_passed_over(event: str, entry: Json, settings: Settings) -> bool:
    """Check for an event that cannot change the site: of a draft, or of another locale."""
    # A publish event of version 4 can contain the entry in its earlier state, as a draft.
    if event in WRITE_EVENTS - {PUBLISH_EVENT} and is_draft(entry):
        return True
    return not rest.is_in_locale(entry, settings)


def _list_upserts_of_type(context: Context, model: str) -> list[Change]:
    """Return all documents of a type, for an event that names none of them."""
    settings = _settings_of(context)
    items = parsing.skip_malformed(
        partial(build_item, model, settings=settings), rest.list_documents_of(context, model)
    )
    return [Upsert(item, authoritative=True) for item in items]


def _parse_model(body: Json) -> str | None:
    """Return the singular name of the type: `article` in the uid `api::article.article`."""
    uid = parsing.parse_text(body.get("uid"))
    return parsing.parse_text(body.get("model")) or (uid.rpartition(".")[2] if uid else None)


def _list_upserts_of_items_with_media(context: Context, media: Json) -> list[Change]:
    """Return the items that contain a file. Strapi cannot search for them, so all are read.

    The items with a deleted file cannot be found this way. Then all items count as changed.
    """
    media_image = parse_image(media, _settings_of(context))
    if media_image is None:
        return []
    return [
        Upsert(item, authoritative=True)
        for item in list_all(context)
        if any(
            media_image.url == candidate.url
            for candidate in (item.featured_image, *item.images)
            if candidate
        )
        or media_image.url in (item.body or "")
    ]
