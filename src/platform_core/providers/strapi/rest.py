"""Read published documents from Strapi's REST API, in the shapes of versions 4 and 5.

Version 4 wraps each object (`{data: {id, attributes}}`). Version 5 does not, and identifies
documents by `documentId`. A single document is read with a filter, because its own URL answers 404
both for a missing document and for an unknown type.
"""

from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

from platform_core.errors import VendorRefused
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers.strapi.settings import Settings

PAGE_SIZE: Final = 100


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
            for document in _parse_documents(body)
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
            yield from ((model, document) for document in _parse_documents(body))
    if not found_any:
        raise VendorRefused("this Strapi has none of the site's content types")


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


def _parse_documents(body: Json) -> list[Json]:
    """Return the documents of a collection type, or the only one of a single type."""
    data = convert_v4_to_v5_shape(body.get("data"))
    documents = data if isinstance(data, list) else [data]
    return [
        document for document in parsing.parse_objects(documents) if parse_document_id(document)
    ]


def _get_json(context: Context, model: str, query: dict[str, str]) -> Json | None:
    """Send a request. Returns None if the API does not know the URL."""
    settings = cast("Settings", context.settings)
    # Without `populate`, Strapi omits media, relations and components.
    query = {"populate": "*", **query, **({"locale": settings.locale} if settings.locale else {})}
    response = context.http(
        "GET",
        f"{settings.url}/api/{settings.plural(model)}?{urlencode(query)}",
        headers={"authorization": f"Bearer {context.secret('read_token')}"},
    )
    body = parsing.parse_response(response, absent=(404,))
    return None if body is None else parsing.parse_object(body)
