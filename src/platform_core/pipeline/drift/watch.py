"""Compare each vendor's listing with our content once a day, to notice webhooks that went missing.

A webhook registration can end without notice: a vendor deletes it after some failures, or a person
switches it off. The comparison changes nothing; it logs how many items differ. It does not notice
deletions, because a listing has no date of a deletion.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from platform_core import contract
from platform_core.content.model import UnifiedContent, format_timestamp
from platform_core.contract.status import SiteBuildStatus
from platform_core.errors import NoListing, PipelineError
from platform_core.pipeline.build import snapshot
from platform_core.pipeline.build.deps import BuilderDeps, format_time
from platform_core.pipeline.ingest.applied_delivery import UNEXPECTED_ERRORS
from platform_core.pipeline.ports import Clock, ContentStore, Deliveries, ItemKey, Log, Watches
from platform_core.pipeline.records import Watch
from platform_core.pipeline.vendors import ClientProviders, Vendor

CHECK_INTERVAL: Final = 24 * 3600.0
RETRY_INTERVAL: Final = 3600.0
"""Seconds until the next attempt if the vendor could not be asked or the function died."""
DELIVERY_GRACE: Final = 3600.0
"""Seconds after a change in which its webhook may still arrive."""
CLOCK_SKEW: Final = 300.0
"""Seconds by which a vendor's clock may be ahead of ours."""


class DriftSource(Protocol):
    """Our side of the comparison."""

    def has_no_pending_work(self) -> bool:
        """Return whether no delivery or build is on its way that may bring a missing item."""
        ...

    def count_missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        """Return how many listed items we do not have as the vendor has them."""
        ...


@dataclass(frozen=True, slots=True)
class StoreComparison:
    """Event-driven mode: compare the listing with the content table, by the items' dates.

    Versions would be no help: in a git repository every push gives every file a new version.
    """

    deliveries: Deliveries
    content: ContentStore

    def has_no_pending_work(self) -> bool:
        return next(self.deliveries.pending(), None) is None

    def count_missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        dates = dict(self.content.list_dated_keys(vendor.name))
        keys = ((ItemKey(item.id, item.content_type, vendor.name), item) for item in listed)
        return sum(dates.get(key, "") < format_timestamp(item.updated_at) for key, item in keys)


@dataclass(frozen=True, slots=True)
class BuildComparison:
    """Direct mode: compare the listing with the last build.

    No items are stored, but every build reads the whole listing. An item that is dated after the
    last counted change had no webhook. The difference matters only if a feed of today differs from
    the feed that was built, so that is checked as well.
    """

    deliveries: Deliveries
    deps: BuilderDeps

    def has_no_pending_work(self) -> bool:
        state = self.deps.site.read()
        is_built = state.ready is not None and state.changed <= state.built
        is_idle = is_built and state.state == SiteBuildStatus.IDLE
        return is_idle and next(self.deliveries.pending(), None) is None

    def count_missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        deps = self.deps
        known_until = (deps.site.read().last_changed_at or 0.0) + CLOCK_SKEW
        later = sum(item.updated_at.timestamp() > known_until for item in listed)
        if not later:
            return 0
        current = snapshot.take_snapshot(deps)
        ready = deps.records.find_release(current.state.ready) if current.state.ready else None
        return 0 if current.matches(ready) else later


@dataclass(frozen=True, slots=True)
class DriftWatcher:
    """Runs the comparison for each vendor when it is due."""

    vendors: ClientProviders
    watches: Watches
    source: DriftSource
    clock: Clock
    log: Log

    def check_vendors(self, until: float) -> None:
        """Check all vendors that are due. Those without time left wait for the next call."""
        for vendor in self.vendors.known.values():
            if self.clock() < until and (watch := self._claim_check_if_due(vendor.name)):
                self._compare_listing_and_record(vendor, watch, until)

    def _claim_check_if_due(self, provider: str) -> Watch | None:
        """Return the provider's row if its check is due and no other function claimed it.

        A new client's first check is a day away: its deploy has just read the whole listing.
        """
        watch, now = self.watches.read(provider), self.clock()
        if watch is None:
            self.watches.replace(provider, None, Watch(now + CHECK_INTERVAL))
            return None
        if watch.next_at > now or not self.source.has_no_pending_work():
            return None
        claimed = replace(watch, next_at=now + RETRY_INTERVAL)
        return claimed if self.watches.replace(provider, watch, claimed) else None

    def _compare_listing_and_record(self, vendor: Vendor, claimed: Watch, until: float) -> None:
        """Compare one vendor's listing. A vendor that cannot be asked raises no alarm."""
        listing, began = _BoundedListing(self.clock, until), self.clock()
        try:
            items = vendor.content.list_all(self.vendors.context(vendor))
            missed = self.source.count_missing(vendor, listing.read_items_past_grace_period(items))
        except NoListing:
            self.watches.replace(vendor.name, claimed, Watch(began + CHECK_INTERVAL))
            return
        except (PipelineError, *UNEXPECTED_ERRORS) as error:
            # The text of an unexpected error may quote content, so only its type is logged.
            name = type(error).__name__
            reason = f"{name}: {error}" if isinstance(error, PipelineError) else name
            self.log("vendor not looked at", provider=vendor.name, reason=reason[:300])
            return
        alarm = {contract.ALARM: contract.ALARM_SILENT} if missed else {}
        self.log(
            "vendor looked at", provider=vendor.name, listed=listing.count, missed=missed,
            whole=listing.whole, **alarm,
        )  # fmt: skip
        # A partial listing without a difference proves nothing, so the old date stays.
        is_conclusive = missed or (listing.whole and listing.count)
        looked_at = format_time(began) if is_conclusive else claimed.looked_at
        self.watches.replace(vendor.name, claimed, Watch(began + CHECK_INTERVAL, looked_at, missed))


class _BoundedListing:
    """A vendor's listing up to a deadline."""

    def __init__(self, clock: Clock, until: float) -> None:
        self.clock = clock
        self.until = until
        self.count = 0
        self.whole = True

    def read_items_past_grace_period(
        self, items: Iterable[UnifiedContent]
    ) -> Iterator[UnifiedContent]:
        """Yield the items whose last change should have arrived by now."""
        latest = self.clock() - DELIVERY_GRACE
        for item in items:
            if self.clock() >= self.until:
                self.whole = False
                return
            self.count += 1
            if item.updated_at.timestamp() <= latest:
                yield item
