"""Contentful's entries as content.

The delivery API is asked first and its word is final, but for its lag: what is signed says which
revision there must be by now, or that there must be none. Only a publication that the API does not
show is taken from the delivery itself, which is whole and signed.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from platform_core.content import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import reading
from platform_core.providers.contentful import space
from platform_core.providers.contentful.entries import PREFIX, item, type_of
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.contentful.space import Linked
from platform_core.providers.contentful.webhook import topic
from platform_core.providers.reading import Json
from platform_core.webhook import Delivery

GONE: Final = frozenset({"unpublish", "archive", "delete"})
UNPUBLISHED: Final = frozenset({"create", "save", "auto_save", "unarchive"})
"""What happens to drafts changes no site."""


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What became of the entry, or of the entries with the asset, that a delivery names."""
    settings = _settings(context)
    body = reading.document(delivery.request.body)
    sys = reading.part(body.get("sys"))
    name, said = reading.text(sys.get("id")), str(sys.get("type"))
    action = topic(delivery.request).rpartition(".")[2]
    kind = said.removeprefix("Deleted")
    if name is None:
        raise Malformed("the delivery names nothing")
    if kind not in {"Entry", "Asset"} or action in UNPUBLISHED or _is_elsewhere(sys, settings):
        return []
    if kind == "Asset" or type_of(body) not in {None, *settings.types}:
        return _with_a_part(context, kind, name, body)
    return _entry(context, name, body, gone=said != kind or action in GONE)


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every published entry of a type that the site shows.

    The space is held while it is read: a link may lead to what comes last.
    """
    settings = _settings(context)
    everything = list(space.everything(context))
    linked = Linked.of(everything)
    shown = [each for each in everything if _is_shown(each, settings)]
    yield from reading.sound(lambda each: item(each, linked, settings), shown)


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """The entry as the delivery API has it now."""
    settings = _settings(context)
    found = space.entry(context, content_id.removeprefix(PREFIX))
    if found is None or settings.types.get(str(type_of(found[0]))) != content_type:
        return None
    return item(*found, settings)


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _is_elsewhere(sys: Json, settings: Settings) -> bool:
    """Whether the delivery says that it is of another environment."""
    link = space.as_link(sys.get("environment"))
    return link is not None and link[1] != settings.environment


def _is_shown(document: Json, settings: Settings) -> bool:
    return space.identity(document)[0] == "Entry" and type_of(document) in settings.types


def _entry(context: Context, name: str, body: Json, *, gone: bool) -> list[Change]:
    settings = _settings(context)
    found = space.entry(context, name)
    if found:
        entry, linked = found
        if _outlives(entry, body) if gone else _lags(entry, body):
            raise NotYetVisible("the delivery API still shows an older state")
        shown = _is_shown(entry, settings)
        return [Upsert(item(entry, linked, settings), authoritative=True)] if shown else []
    if not gone and _is_shown(body, settings) and _revision(body) is not None:
        return [Upsert(item(body, space.linked(context, body), settings))]
    known = settings.types.get(str(type_of(body)))
    kinds = [known] if known else sorted(set(settings.types.values()))
    return [Removal(PREFIX + name, kind) for kind in kinds]


def _with_a_part(context: Context, kind: str, name: str, body: Json) -> list[Change]:
    """What shows an asset, or an entry that is no page of its own, looks otherwise now."""
    settings = _settings(context)
    made: list[Change] = []
    for entry, linked in space.linking_to(context, kind, name):
        part = linked.found.get((kind, name))
        if part and _lags(part, body):
            raise NotYetVisible("the delivery API still shows an older state")
        if _is_shown(entry, settings):
            made.append(Upsert(item(entry, linked, settings), authoritative=True))
    return made


def _revision(document: Json) -> int | None:
    """The count of publications: only what is published has one."""
    return reading.whole(reading.part(document.get("sys")).get("revision"))


def _lags(found: Json, told: Json) -> bool:
    shown, named = _revision(found), _revision(told)
    return shown is not None and named is not None and named > shown


def _outlives(found: Json, tombstone: Json) -> bool:
    """Whether an entry is shown as it was before its end, and not published again since. A
    tombstone without a time says nothing against the API."""
    sys = reading.part(tombstone.get("sys"))
    end = reading.moment(sys.get("deletedAt")) or reading.moment(sys.get("updatedAt"))
    shown = reading.moment(reading.part(found.get("sys")).get("updatedAt"))
    return end is not None and shown is not None and shown <= end
