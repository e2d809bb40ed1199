"""Reads a provider's full listing into the content table; what it no longer lists is removed.

An item that the listing lacks may be newer than the listing, so the vendor is asked about each
before it goes. A sender without a listing has nothing to compare with: all stays as it is. A
provider that the client gave up is asked nothing: all of its items go.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from platform_core.actions import SyncReport
from platform_core.errors import NoListing, Refused
from platform_core.events import Event, Origin
from platform_core.ordering import tombstone_rank
from platform_core.pipeline.ingest import Ground, hinting, needs_a_hint, told
from platform_core.pipeline.library import Effect
from platform_core.pipeline.vendors import Vendor
from platform_core.ports import Bump, ContentStore, ItemKey, Tombstone
from platform_core.provider import Change, Removal, Upsert


def sync(
    ground: Ground, store: ContentStore, provider: str, until: float, *, skip: int = 0
) -> SyncReport:
    """Bring the table up to the vendor's listing. Raises what the provider's module raises.

    `skip` items were taken by the run before; they still count as listed.
    """
    vendor = ground.vendors[provider]
    try:
        return _compare(ground, store, vendor, until, skip)
    except NoListing as reason:
        ground.tell("nothing is listed", provider=vendor.name, reason=str(reason))
        return SyncReport(vendor.name)


def _compare(
    ground: Ground, store: ContentStore, vendor: Vendor, until: float, skip: int
) -> SyncReport:
    context = ground.vendors.context(vendor)
    report = SyncReport(vendor.name)
    seen: set[ItemKey] = set()
    messages: list[Event] = []

    def take(change: Change) -> Effect:
        effect = ground.library.take(vendor, context, change)
        if effect.wrote:
            messages.extend(told([effect], _origin(ground, vendor.name, effect.change)))
        return effect

    for item in vendor.content.list_all(context):
        if ground.clock() >= until:
            report.done = False
            break
        seen.add(ItemKey(item.id, item.content_type, vendor.name))
        report.listed += 1
        if report.listed > skip:
            report.written += take(Upsert(item, authoritative=True)).wrote
    for key in _missing(store, vendor.name, seen) if report.done else ():
        if ground.clock() >= until:
            report.done = False
            break
        report.removed += take(Removal(key.content_id, key.content_type)).wrote
    _finish(ground, report, messages)
    return report


def retire(ground: Ground, store: ContentStore, provider: str, until: float) -> SyncReport:
    """Bury every item of a provider that the client no longer has. Raises `Refused`."""
    if provider in ground.vendors.known:
        raise Refused(f"{provider} is still a provider of this client")
    report = SyncReport(provider)
    messages: list[Event] = []
    for key in store.of_provider(provider):
        if ground.clock() >= until:
            report.done = False
            break
        stored = store.find(key)
        if stored is None or stored.deleted:
            continue
        rank = tombstone_rank(stored, None)
        if store.bury(key, Tombstone(rank, True, ground.clock()), stored):
            report.removed += 1
            gone = Removal(key.content_id, key.content_type, rank)
            messages.extend(told([Effect(gone, existed=True)], _origin(ground, provider, gone)))
    _finish(ground, report, messages)
    return report


def _missing(store: ContentStore, provider: str, seen: set[ItemKey]) -> Iterator[ItemKey]:
    """What a page could show and the listing lacks; orders are never listed."""
    for key in store.of_provider(provider):
        if key not in seen and key.content_type != "order":
            yield key


def _finish(ground: Ground, report: SyncReport, messages: list[Event]) -> None:
    """Bumps even where nothing was new: the run before may have died between item and bump."""
    changes = max(report.written + report.removed, 1)
    state = ground.site.bump(Bump(changes, ground.clock()))
    wake = needs_a_hint(state, ground.clock())
    heard = ground.bus.publish(hinting(messages) if wake else messages)
    ground.tell(
        "listing read",
        provider=report.provider, listed=report.listed, written=report.written,
        removed=report.removed, done=report.done, published=len(messages) if heard else 0,
    )  # fmt: skip


def _origin(ground: Ground, provider: str, change: Change) -> Origin:
    """A listing is no delivery; the version makes the id of its event the same each time."""
    match change:
        case Upsert(item=item):
            what = f"{item.content_type}#{item.id}#{item.version}"
        case Removal():
            what = f"{change.content_type}#{change.content_id}#{change.version}"
        case _:
            what = change.subject_id
    return Origin(
        delivery_id=f"{provider}#sync#{what}",
        provider_name=provider,
        client_id=ground.vendors.client_id,
        environment=ground.vendors.environment,
        at=datetime.fromtimestamp(ground.clock(), UTC),
    )
