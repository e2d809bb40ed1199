"""Read published documents from Strapi's REST API, in the shapes of versions 4 and 5.

Version 4 wraps each object (`{data: {id, attributes}}`). Version 5 does not, and identifies
documents by `documentId`. A single document is read with a filter, because its own URL answers 404
both for a missing document and for an unknown type.
"""

from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

from platform_core.contract import DRAFTS_TOKEN
from platform_core.errors import VendorRefused
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import log_left_out
from platform_core.provider_kit.locales import is_same_locale
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers.strapi.settings import Settings

PAGE_SIZE: Final = 100
DRAFTS_QUERY: Final = {"status": "draft", "publicationState": "preview"}
"""Asks for unpublished documents: in version 5 by the first parameter, in version 4 by the second.
Each version ignores the other's."""


def parse_document_id(document: Json) -> str | None:
    """Return the id of a document in either version."""
    return parsing.parse_text(document.get("documentId"), document.get("id"))


def fetch_document(context: Context, model: str, document_id: str) -> Json | None:
    """Fetch a published document, or None. Raises `VendorRefused` for an unknown type."""
    # Version 4 has numeric ids, version 5 text ids.
    field = "id" if document_id.isdecimal() else "documentId"
    body = _get_json(context, model, {f"filters[{field}][$eq]": document_id})
    if body is None:
        raise VendorRefused(f"Strapi has no content type {model}, or its plural is different")
    return next(
        (
            document
            for document in _parse_documents(context, model, body)
            if parse_document_id(document) == document_id
        ),
        None,
    )


def list_documents(context: Context) -> Iterator[tuple[str, Json]]:
    """Yield every published document of the site's types, with its type.

    A type that this Strapi does not have is skipped. If it has none of them, it is probably the
    wrong server: raises `VendorRefused`.
    """
    found_any = False
    for model in sorted(cast("Settings", context.settings).types):
        for body in _iterate_pages(context, model):
            found_any = True
            yield from ((model, document) for document in _parse_documents(context, model, body))
    if not found_any:
        raise VendorRefused("this Strapi has none of the site's content types")


def list_documents_of(context: Context, model: str) -> Iterator[Json]:
    """Yield every published document of a type. Nothing if the site does not use the type."""
    if model in cast("Settings", context.settings).types:
        for body in _iterate_pages(context, model):
            yield from _parse_documents(context, model, body)


def is_in_locale(document: Json, settings: Settings) -> bool:
    """Check that a document has the site's locale, or none. Logs one that has another."""
    locale = document.get("locale")
    if not settings.locale or not isinstance(locale, str):
        return True
    if is_same_locale(locale, settings.locale):
        return True
    log_left_out("a document", parse_document_id(document), f"its locale is {locale[:20]}")
    return False


def convert_v4_to_v5_shape(value: Any) -> Any:
    """Convert a value from the shape of version 4 to that of version 5."""
    match value:
        case {"data": inner, **rest} if not rest.keys() - {"meta"}:
            return convert_v4_to_v5_shape(inner)
        case {"attributes": dict(attributes), **rest}:
            return {**convert_v4_to_v5_shape(rest), **convert_v4_to_v5_shape(attributes)}
        case dict():
            return {name: convert_v4_to_v5_shape(item) for name, item in value.items()}
        case list():
            return [convert_v4_to_v5_shape(item) for item in value]
        case _:
            return value


def _iterate_pages(context: Context, model: str) -> Iterator[Json]:
    """Yield the pages of a content type. Nothing if Strapi does not have the type."""
    number, count, guard = 1, 1, PageGuard()
    while number <= count:
        query = {"pagination[page]": str(number), "pagination[pageSize]": str(PAGE_SIZE)}
        # Sort by creation, so that documents edited meanwhile do not move between pages.
        body = _get_json(context, model, query | {"sort[0]": "createdAt", "sort[1]": "id"})
        if body is None:
            return
        yield body
        guard.check_page(parsing.parse_objects(body.get("data")))
        pagination = parsing.parse_object(parsing.parse_object(body.get("meta")).get("pagination"))
        count = parsing.parse_integer(pagination.get("pageCount")) or 0
        number += 1


def _parse_documents(context: Context, model: str, body: Json) -> list[Json]:
    """Return the documents of a collection type, or the only one of a single type."""
    settings = cast("Settings", context.settings)
    documents = [
        document for document in _extract_documents(body) if is_in_locale(document, settings)
    ]
    return _with_complete_zones(context, model, documents)


def _extract_documents(body: Json) -> list[Json]:
    data = convert_v4_to_v5_shape(body.get("data"))
    documents = parsing.parse_objects(data if isinstance(data, list) else [data])
    return [document for document in documents if parse_document_id(document)]


def _with_complete_zones(context: Context, model: str, documents: list[Json]) -> list[Json]:
    """Add the media and nested components of dynamic zones, which `populate=*` leaves out."""
    zones = sorted({zone for document in documents for zone in _find_components(document)})
    if not zones:
        return documents
    query = {f"populate[{field}][on][{component}][populate]": "*" for field, component in zones}
    numbers = sorted({str(document["id"]) for document in documents if "id" in document})
    query |= {f"filters[id][$in][{index}]": number for index, number in enumerate(numbers)}
    try:
        body = _get_json(context, model, query | {"pagination[pageSize]": str(PAGE_SIZE)}) or {}
    except VendorRefused:
        # Early versions do not know `on`. The words of the components are there already.
        log_left_out("pictures in dynamic zones", model, "the vendor refused them")
        return documents
    fields = {field for field, _ in zones}
    complete = {
        parse_document_id(document): {
            name: value for name, value in document.items() if name in fields and value
        }
        for document in _extract_documents(body)
    }
    return [document | complete.get(parse_document_id(document), {}) for document in documents]


def _find_components(document: Json) -> Iterator[tuple[str, str]]:
    """Yield the field and the name of each component in a dynamic zone of a document."""
    for field, value in document.items():
        for part in parsing.parse_objects(value):
            if component := parsing.parse_text(part.get("__component")):
                yield field, component


def _get_json(context: Context, model: str, query: dict[str, str]) -> Json | None:
    """Send a request. Returns None if the API does not know the URL."""
    settings = cast("Settings", context.settings)
    # Without `populate`, Strapi omits media, relations and components.
    populates = any(name.startswith("populate[") for name in query)
    query = ({} if populates else {"populate": "*"}) | query
    query |= {"locale": settings.locale} if settings.locale else {}
    query |= DRAFTS_QUERY if context.drafts else {}
    token = context.secret(DRAFTS_TOKEN if context.drafts else "read_token")
    response = context.http(
        "GET",
        f"{settings.url}/api/{settings.plural(model)}?{urlencode(query)}",
        headers={"authorization": f"Bearer {token}"},
    )
    body = parsing.parse_response(response, absent=(404,))
    return None if body is None else parsing.parse_object(body)
