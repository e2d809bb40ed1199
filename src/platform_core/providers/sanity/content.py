"""Read Sanity's documents as content.

The projection of a webhook determines its body, so the API is asked first and decides. The delivery
itself counts only for a document that the API does not have (yet, or any more): a complete document
is used as it was signed, anything less means that the document is gone.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, cast

from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible, VendorUnavailable
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import log_left_out
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers.sanity.connect import is_deleted_at_shopify
from platform_core.providers.sanity.documents import PREFIX, DocumentBuilder
from platform_core.providers.sanity.languages import document_language, is_same_language
from platform_core.providers.sanity.references import fetch_linked, run_query
from platform_core.providers.sanity.settings import Settings
from platform_core.webhooks.request import Delivery, Request

DOCUMENT_QUERY: Final = "*[_id == $id][0]"
PAGE_QUERY: Final = "*[_type in $types && _id > $last] | order(_id) [0...100]"
_UNPUBLISHED: Final = re.compile(r"(drafts|versions)\.")


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes of the document in a delivery."""
    settings = _settings_of(context)
    body = parsing.parse_document(delivery.request.body)
    document_id = parsing.parse_text(
        body.get("_id"), delivery.request.headers.get("sanity-document-id")
    )
    if document_id is None:
        raise Malformed("the delivery has no document id")
    # Drafts and release versions have an id prefix and never reach a site.
    if _UNPUBLISHED.match(document_id) or _has_unused_type(body, settings):
        return []
    document = _fetch_document(context, document_id)
    is_passed_over = _is_passed_over(document or body, settings)
    if _has_unused_type(document or body, settings) or (is_passed_over and not document):
        return []
    # A document in another language can have been in the site's before, so it is removed.
    if document and not is_passed_over and not is_deleted_at_shopify(document):
        # The API has the document, so its state decides and the body is only a hint.
        return _make_upserts(context, document, body)
    if document or _is_deletion(delivery.request, body) or not _is_complete(body, settings):
        return [
            Removal(PREFIX + document_id, content_type)
            for content_type in _possible_types(document or body, settings)
        ]
    document = {**body, "_id": document_id}
    builder = DocumentBuilder(settings, fetch_linked(context, [document]))
    return [Upsert(builder.build_item(document, _sent_at(delivery.request)))]


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield every published document of a known type, sorted by id."""
    settings = _settings_of(context)
    last_id, guard = "", PageGuard()
    while page := _fetch_page(context, settings, last_id):
        # Page by the last id instead of an offset, so that a document that is deleted meanwhile
        # cannot shift the pages.
        guard.check_page(page)
        published = [document for document in page if _is_public(document, settings)]
        builder = DocumentBuilder(settings, fetch_linked(context, published))
        yield from parsing.skip_malformed(builder.build_item, published)
        last_id = str(page[-1]["_id"])


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Fetch a document from the API, without any cache."""
    settings = _settings_of(context)
    document = _fetch_document(context, content_id.removeprefix(PREFIX))
    if not document or settings.types.get(str(document.get("_type"))) != content_type:
        return None
    if not _is_public(document, settings):
        return None
    return DocumentBuilder(settings, fetch_linked(context, [document])).build_item(document)


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _fetch_document(context: Context, document_id: str) -> Json | None:
    """Fetch a published document. None if it does not exist."""
    document = run_query(context, DOCUMENT_QUERY, id=document_id)
    if document is not None and not isinstance(document, dict):
        raise VendorUnavailable("the vendor's response has no document")
    return document


def _fetch_page(context: Context, settings: Settings, last_id: str) -> list[Json]:
    """Fetch the next documents by id.

    Raises `VendorUnavailable` for a document without an id, because skipping it would look like a
    deleted document.
    """
    page = parsing.parse_objects(
        run_query(context, PAGE_QUERY, types=sorted(settings.types), last=last_id)
    )
    if not all(isinstance(document.get("_id"), str) for document in page):
        raise VendorUnavailable("the vendor's response has a document without an id")
    return page


def _make_upserts(context: Context, document: Json, body: Json) -> list[Change]:
    """Return the upsert of a fetched document."""
    settings = _settings_of(context)
    item = DocumentBuilder(settings, fetch_linked(context, [document])).build_item(document)
    delivered_at = parsing.parse_timestamp(body.get("_updatedAt"))
    # The API can lag behind the webhook. A retry sees the new revision.
    if delivered_at and parsing.to_microseconds(delivered_at) > item.version:
        raise NotYetVisible("the API still returns an older revision than the delivery")
    return [Upsert(item, authoritative=True)]


def _is_public(document: Json, settings: Settings) -> bool:
    """Check that a document of the API is published, in the site's language and not deleted."""
    if _UNPUBLISHED.match(str(document["_id"])) or _is_passed_over(document, settings):
        return False
    if is_deleted_at_shopify(document):
        log_left_out("a document", document["_id"], "deleted at Shopify")
        return False
    return True


def _is_passed_over(document: Json, settings: Settings) -> bool:
    """Check for a document in another language, where each language has its own documents."""
    language = document_language(document)
    if not settings.locale or language is None or is_same_language(language, settings.locale):
        return False
    log_left_out("a document", document.get("_id"), f"its language is {language}")
    return True


def _has_unused_type(body: Json, settings: Settings) -> bool:
    """Check for a document type that the site does not use."""
    return isinstance(body.get("_type"), str) and body["_type"] not in settings.types


def _is_deletion(request: Request, body: Json) -> bool:
    """Check for a deletion. The header is unsigned, but only used if the API has no document."""
    operation = body.get("operation") or body.get("_operation")
    return (operation or request.headers.get("sanity-operation")) == "delete"


def _is_complete(body: Json, settings: Settings) -> bool:
    """Check whether a body has a document's type and title, not only its id."""
    return str(body.get("_type")) in settings.types and any(
        name in body for name in ("title", "name", "heading", "store")
    )


def _possible_types(body: Json, settings: Settings) -> list[str]:
    """Return the type of the document, or all possible types if the delivery has none."""
    content_type = settings.types.get(str(body.get("_type")))
    return [content_type] if content_type else sorted(set(settings.types.values()))


def _sent_at(request: Request) -> datetime:
    """Return the vendor's signed time."""
    match = re.search(r"t=(\d{1,16})", request.headers.get("sanity-webhook-signature", ""))
    if match is None:
        raise Malformed("the delivery has no signed time")
    return datetime.fromtimestamp(int(match[1]) / 1000, UTC)
