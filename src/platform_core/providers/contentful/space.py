"""A space as Contentful's delivery API shows it: published entries, and what they link to.

The API stands behind a cache that a publication empties, so it may lag by seconds and says so by
its revisions. It has no other origin: the preview API shows drafts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from platform_core.errors import VendorUnavailable
from platform_core.provider import Context
from platform_core.providers import reading
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.paging import Progress
from platform_core.providers.reading import Json

PAGE: Final = 100
AT_ONCE: Final = 50
"""Ids in one question: an address must not grow too long."""
_PLACES: Final = {"Entry": "entries", "Asset": "assets"}


@dataclass(frozen=True, slots=True)
class Linked:
    """What entries link to, by kind (`Entry`, `Asset`) and id."""

    found: dict[tuple[str, str], Json] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Json]) -> "Linked":
        return cls({identity(each): each for each in documents})

    def target(self, value: object) -> Json | None:
        """What a link leads to, where it leads to something published."""
        link = as_link(value)
        return self.found.get(link) if link else None


def identity(document: Json) -> tuple[str, str]:
    """Kind and id of an entry or an asset."""
    sys = reading.part(document.get("sys"))
    return str(sys.get("type")), str(sys.get("id"))


def as_link(value: object) -> tuple[str, str] | None:
    """Kind and id of what a value links to; None: it is no link."""
    sys = reading.part(reading.part(value).get("sys"))
    kind, name = sys.get("linkType"), sys.get("id")
    if sys.get("type") != "Link" or not isinstance(kind, str) or not isinstance(name, str):
        return None
    return kind, name


def entry(context: Context, name: str) -> tuple[Json, Linked] | None:
    """A published entry with what it links to; None: it is not published."""
    answer = _ask(context, "entries", {"sys.id": name, "include": "1", "locale": "*"})
    found = reading.records(answer.get("items"))
    return (found[0], _included(answer)) if found else None


def linking_to(context: Context, kind: str, name: str) -> Iterator[tuple[Json, Linked]]:
    """The published entries that link to an entry or an asset."""
    asked = {f"links_to_{kind.lower()}": name, "include": "1", "locale": "*", "order": "sys.id"}
    skip, progress = 0, Progress()
    while True:
        answer = _ask(context, "entries", asked | {"limit": str(PAGE), "skip": str(skip)})
        found = reading.records(answer.get("items"))
        linked = _included(answer)
        yield from ((each, linked) for each in found)
        skip += PAGE
        if skip >= (reading.whole(answer.get("total")) or 0):
            return
        progress.saw(found)


def linked(context: Context, document: Json) -> Linked:
    """What a document links to, where the API does not show the document itself."""
    names: dict[str, list[str]] = {kind: [] for kind in _PLACES}
    for kind, name in sorted(set(_links(document.get("fields")))):
        if kind in names:
            names[kind].append(name)
    return Linked.of(
        each
        for kind, place in _PLACES.items()
        for start in range(0, len(names[kind]), AT_ONCE)
        for each in _named(context, place, names[kind][start : start + AT_ONCE])
    )


def everything(context: Context) -> Iterator[Json]:
    """Every published entry and asset, page by page of the sync API.

    A listing of ours starts anew each time, so the cursor that ends it (`nextSyncUrl`) is only
    the proof that it is whole. Raises `VendorUnavailable` for one that just stops.
    """
    page, progress = _ask(context, "sync", {"initial": "true"}), Progress()
    while True:
        found, token = reading.records(page.get("items")), _token(page.get("nextPageUrl"))
        yield from found
        if token is None:
            break
        progress.saw(found, token)
        page = _ask(context, "sync", {"sync_token": token})
    if not page.get("nextSyncUrl"):
        raise VendorUnavailable("the listing stops before its end")


def _named(context: Context, place: str, names: list[str]) -> list[Json]:
    asked = {"sys.id[in]": ",".join(names), "limit": str(AT_ONCE), "include": "0", "locale": "*"}
    return reading.records(_ask(context, place, asked).get("items"))


def _included(answer: Json) -> Linked:
    includes = reading.part(answer.get("includes"))
    beside = [each for kind in _PLACES for each in reading.records(includes.get(kind))]
    return Linked.of([*beside, *reading.records(answer.get("items"))])


def _links(value: object) -> Iterator[tuple[str, str]]:
    if link := as_link(value):
        yield link
    elif isinstance(value, dict):
        for each in value.values():
            yield from _links(each)
    elif isinstance(value, list):
        for each in value:
            yield from _links(each)


def _token(url: object) -> str | None:
    """The cursor in an address of the vendor's; the address itself is not followed."""
    found = reading.address(url)
    tokens = parse_qs(urlsplit(found).query).get("sync_token") if found else None
    return tokens[0] if tokens else None


def _ask(context: Context, place: str, asked: dict[str, str]) -> Json:
    settings = cast("Settings", context.settings)
    response = context.http(
        "GET",
        f"https://{settings.host('cdn')}/spaces/{settings.space_id}/environments/"
        f"{settings.environment}/{place}?{urlencode(asked)}",
        headers={"authorization": f"Bearer {context.secret('read_token')}"},
    )
    return reading.part(reading.answer(response, absent=()))
