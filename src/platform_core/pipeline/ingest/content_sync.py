"""Read a provider's full listing into the content table, and remove what it no longer lists.

An item that is missing from the listing may be newer than the listing, so the vendor is asked about
each before it is removed. A provider that cannot list its content is left as it is. A provider that
the client no longer has is not asked: all of its items are removed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from platform_core.content.model import UNTITLED, UnifiedContent
from platform_core.content.report import MAX_MOVES, count_reason, find_reason
from platform_core.content.versions import tombstone_version
from platform_core.errors import NoListing, Refused
from platform_core.pipeline.events import Event, EventOrigin
from platform_core.pipeline.ingest.applied_delivery import events_for
from platform_core.pipeline.ingest.content_applier import AppliedChange
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ingest.wakeup import mark_wakeup, needs_wakeup
from platform_core.pipeline.ports import ChangeBump, ContentStore, ItemKey, Tombstone
from platform_core.pipeline.reports import SyncReport
from platform_core.pipeline.vendors import Vendor
from platform_core.provider import Change, Removal, Upsert
from platform_core.provider_kit.left_out import count_left_out


def sync_provider(
    deps: IngestDeps, store: ContentStore, provider: str, until: float, *, skip: int = 0
) -> SyncReport:
    """Bring the content table up to date with the vendor's listing.

    Skips the first `skip` items, which an earlier run has applied; they count as listed. Raises
    the errors of the provider's module.
    """
    vendor = deps.vendors[provider]
    try:
        return _apply_listing(deps, store, vendor, until, skip)
    except NoListing as reason:
        deps.log("nothing is listed", provider=vendor.name, reason=str(reason))
        return SyncReport(vendor.name)


def _apply_listing(
    deps: IngestDeps, store: ContentStore, vendor: Vendor, until: float, skip: int
) -> SyncReport:
    context = deps.vendors.context(vendor)
    report = SyncReport(vendor.name)
    seen: set[ItemKey] = set()
    events: list[Event] = []

    def apply(change: Change) -> AppliedChange:
        applied = deps.applier.apply(vendor, context, change)
        if applied.wrote:
            events.extend(events_for([applied], _origin(deps, vendor.name, applied.change)))
        return applied

    now = datetime.fromtimestamp(deps.clock(), UTC)
    with count_left_out() as passed_over:
        for item in vendor.content.list_all(context):
            if deps.clock() >= until:
                report.done = False
                break
            seen.add(ItemKey(item.id, item.content_type, vendor.name))
            report.listed += 1
            _count_reading(report, item, now)
            if report.listed > skip:
                applied = apply(Upsert(item, authoritative=True))
                report.written += applied.wrote
                _note_move(report, applied)
    report.passed_over = dict(passed_over)
    # Only a complete listing proves that an item is gone.
    for key in _unlisted(store, vendor.name, seen) if report.done else ():
        if deps.clock() >= until:
            report.done = False
            break
        report.removed += apply(Removal(key.content_id, key.content_type)).wrote
    _count_publish_and_log_changes(deps, report, events)
    return report


def _count_reading(report: SyncReport, item: UnifiedContent, now: datetime) -> None:
    """Count a public item without a title, or an item that is not on the site."""
    if reason := find_reason(item, now):
        count_reason(report.left_out, reason)
    elif item.title == UNTITLED:
        report.untitled += 1


def _note_move(report: SyncReport, applied: AppliedChange) -> None:
    """Note an item that keeps the slug under which it was published."""
    if isinstance(applied.change, Upsert) and len(report.moves) < MAX_MOVES:
        item = applied.change.item
        if item.new_slug:
            report.moves[item.slug] = item.new_slug


def retire_provider(
    deps: IngestDeps, store: ContentStore, provider: str, until: float
) -> SyncReport:
    """Remove every item of a provider that the client no longer has. Raises `Refused`."""
    if provider in deps.vendors.known:
        raise Refused(f"{provider} is still a provider of this client")
    report = SyncReport(provider)
    events: list[Event] = []
    for key in store.list_keys(provider):
        if deps.clock() >= until:
            report.done = False
            break
        stored = store.find(key)
        if stored is None or stored.deleted:
            continue
        version = tombstone_version(stored, None)
        if store.put_tombstone(key, Tombstone(version, True, deps.clock()), stored):
            report.removed += 1
            removal = Removal(key.content_id, key.content_type, version)
            applied = AppliedChange(removal, existed=True)
            events.extend(events_for([applied], _origin(deps, provider, removal)))
    _count_publish_and_log_changes(deps, report, events)
    return report


def _unlisted(store: ContentStore, provider: str, seen: set[ItemKey]) -> Iterator[ItemKey]:
    """Yield stored items that the listing does not name. Orders are never listed."""
    for key in store.list_keys(provider):
        if key not in seen and key.content_type != "order":
            yield key


def _count_publish_and_log_changes(
    deps: IngestDeps, report: SyncReport, events: list[Event]
) -> None:
    """Count the changes, publish the events and log the result.

    The count grows by one even if nothing was written: an earlier run may have died between
    storing an item and counting it.
    """
    changes = max(report.written + report.removed, 1)
    passed_over = _merge_passed_over(deps, report) if report.done else None
    state = deps.site.add_changes(ChangeBump(changes, deps.clock(), passed_over=passed_over))
    wakes_builder = needs_wakeup(state, deps.clock())
    has_subscribers = deps.bus.publish(mark_wakeup(events) if wakes_builder else events)
    deps.log(
        "listing read",
        provider=report.provider, listed=report.listed, written=report.written,
        removed=report.removed, done=report.done, left_out=report.left_out, moves=report.moves,
        passed_over=report.passed_over,
        published=len(events) if has_subscribers else 0,
    )  # fmt: skip


def _merge_passed_over(deps: IngestDeps, report: SyncReport) -> dict[str, int]:
    """Replace the provider's counts in those of the site, which has one row for all providers."""
    prefix = f"{report.provider}: "
    stored = deps.site.read().passed_over or {}
    others = {reason: count for reason, count in stored.items() if not reason.startswith(prefix)}
    own = {f"{prefix}{reason}": count for reason, count in report.passed_over.items()}
    return {**others, **own}


def _origin(deps: IngestDeps, provider: str, change: Change) -> EventOrigin:
    """Return the origin of a listed change.

    A listing is no delivery, so the item's version stands in the id: a repeated sync publishes
    the same event ids.
    """
    match change:
        case Upsert(item=item):
            name = f"{item.content_type}#{item.id}#{item.version}"
        case Removal():
            name = f"{change.content_type}#{change.content_id}#{change.version}"
        case _:
            name = change.subject_id
    return EventOrigin(
        delivery_id=f"{provider}#sync#{name}",
        provider_name=provider,
        client_id=deps.vendors.client_id,
        environment=deps.vendors.environment,
        at=datetime.fromtimestamp(deps.clock(), UTC),
    )
