"""Strapi's REST API: what is published, in the shapes of versions 4 and 5.

Version 4 wraps each object (`{data: {id, attributes}}`), version 5 does not and names documents by
`documentId`. One document is looked for by a filter, since an address that is unknown (no such
type) and a document that is gone both answer 404.
"""

from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

from platform_core.errors import VendorRefused
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json
from platform_core.providers.strapi.settings import Settings

PAGE: Final = 100


def identity(document: Json) -> str | None:
    """What the API knows a document by, in either version."""
    return reading.text(document.get("documentId"), document.get("id"))


def one(context: Context, model: str, name: str) -> Json | None:
    """A published document; None: there is none. Raises `VendorRefused` for an unknown type."""
    field = "id" if name.isdecimal() else "documentId"
    answer = _ask(context, model, {f"filters[{field}][$eq]": name})
    if answer is None:
        raise VendorRefused(f"Strapi has no content type {model}, or another plural for it")
    return next((each for each in _documents(answer) if identity(each) == name), None)


def every(context: Context) -> Iterator[tuple[str, Json]]:
    """Every published document of the site's types, with its type.

    A type that this Strapi lacks has no documents; one that lacks all of them is not the one that
    is meant: raises `VendorRefused`.
    """
    known = False
    for model in sorted(cast("Settings", context.settings).types):
        for answer in _pages(context, model):
            known = True
            yield from ((model, each) for each in _documents(answer))
    if not known:
        raise VendorRefused("this Strapi has none of the content types that the site shows")


def flat(value: Any) -> Any:
    """A value of version 4 in the shape of version 5."""
    match value:
        case {"data": inner, **rest} if not rest.keys() - {"meta"}:
            return flat(inner)
        case {"attributes": dict(attributes), **rest}:
            return {**flat(rest), **flat(attributes)}
        case dict():
            return {name: flat(each) for name, each in value.items()}
        case list():
            return [flat(each) for each in value]
        case _:
            return value


def _pages(context: Context, model: str) -> Iterator[Json]:
    number, count, progress = 1, 1, Progress()
    while number <= count:
        asked = {"pagination[page]": str(number), "pagination[pageSize]": str(PAGE)}
        answer = _ask(context, model, asked | {"sort[0]": "createdAt", "sort[1]": "id"})
        if answer is None:
            return
        yield answer
        progress.saw(reading.records(answer.get("data")))
        told = reading.part(reading.part(answer.get("meta")).get("pagination"))
        count = reading.whole(told.get("pageCount")) or 0
        number += 1


def _documents(answer: Json) -> list[Json]:
    """A list of them, or the one of a single type."""
    found = flat(answer.get("data"))
    documents = found if isinstance(found, list) else [found]
    return [each for each in reading.records(documents) if identity(each)]


def _ask(context: Context, model: str, asked: dict[str, str]) -> Json | None:
    """An answer; None where the API knows no such address."""
    settings = cast("Settings", context.settings)
    asked = {"populate": "*", **asked, **({"locale": settings.locale} if settings.locale else {})}
    response = context.http(
        "GET",
        f"{settings.url}/api/{settings.plural(model)}?{urlencode(asked)}",
        headers={"authorization": f"Bearer {context.secret('read_token')}"},
    )
    answer = reading.answer(response, absent=(404,))
    return None if answer is None else reading.part(answer)
