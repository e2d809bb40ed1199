"""Looks at each vendor once a day: does it show changes that never came in?

A registration can end and nobody is told: a vendor deletes it after some failures, a person
switches it off. So what the vendor lists is held against what is known here. It only looks, and
tells a count. A deletion has no date, so one that never came in is not seen here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from platform_core import contract
from platform_core.content import UnifiedContent, iso
from platform_core.errors import NoListing, PipelineError
from platform_core.pipeline import snapshot
from platform_core.pipeline.desk import Desk
from platform_core.pipeline.desk import iso as moment
from platform_core.pipeline.ingest import POISON
from platform_core.pipeline.vendors import Vendor, Vendors
from platform_core.ports import Clock, ContentStore, Deliveries, ItemKey, Tell, Watches
from platform_core.records import Watch
from platform_core.status import SiteStatus

EVERY: Final = 24 * 3600.0
AGAIN: Final = 3600.0
"""Seconds until the next try, where a vendor could not be asked, or whoever asked died."""
ON_ITS_WAY: Final = 3600.0
"""Seconds after a change in which a vendor may still tell of it."""
CLOCKS: Final = 300.0
"""Seconds by which a vendor's clock may be ahead of ours."""


class Known(Protocol):
    """What a client knows of its vendors' items."""

    def is_settled(self) -> bool:
        """Whether nothing is on its way that may bring what lacks."""
        ...

    def missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        """How many of these are not known as the vendor has them."""
        ...


@dataclass(frozen=True, slots=True)
class ByTable:
    """Event-driven mode: the content table, by the dates of its items. Their versions say less: in
    a repository every push makes a new one of every file."""

    deliveries: Deliveries
    content: ContentStore

    def is_settled(self) -> bool:
        return next(self.deliveries.pending(), None) is None

    def missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        known = dict(self.content.dated(vendor.name))
        keys = ((ItemKey(one.id, one.content_type, vendor.name), one) for one in listed)
        return sum(known.get(key, "") < iso(one.updated_at) for key, one in keys)


@dataclass(frozen=True, slots=True)
class ByBuilds:
    """Direct mode keeps no items, but every build reads the whole listing after the last change
    that was told. So what is dated later was told by nobody; and to be sure that it matters, a
    feed of today must differ from the one that was built."""

    deliveries: Deliveries
    desk: Desk

    def is_settled(self) -> bool:
        state = self.desk.site.read()
        done = (
            state.state == SiteStatus.IDLE
            and state.ready is not None
            and state.changed <= state.built
        )
        return done and next(self.deliveries.pending(), None) is None

    def missing(self, vendor: Vendor, listed: Iterable[UnifiedContent]) -> int:
        desk = self.desk
        told = (desk.site.read().last_changed_at or 0.0) + CLOCKS
        later = sum(one.updated_at.timestamp() > told for one in listed)
        if not later:
            return 0
        made = snapshot.take(desk)
        ready = desk.records.release(made.state.ready) if made.state.ready else None
        return 0 if made.same_as(ready) else later


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks where it is time to."""

    vendors: Vendors
    watches: Watches
    known: Known
    clock: Clock
    tell: Tell

    def look(self, until: float) -> None:
        """At all vendors; what there is no time for waits for the next call."""
        for vendor in self.vendors.known.values():
            if self.clock() < until and (mine := self._turn(vendor.name)):
                self._compare(vendor, mine, until)

    def _turn(self, provider: str) -> Watch | None:
        """The row, if it is time and nobody else was first. The first day belongs to the deploy,
        which reads the whole listing itself."""
        seen, now = self.watches.read(provider), self.clock()
        if seen is None:
            self.watches.replace(provider, None, Watch(now + EVERY))
            return None
        if seen.next_at > now or not self.known.is_settled():
            return None
        mine = replace(seen, next_at=now + AGAIN)
        return mine if self.watches.replace(provider, seen, mine) else None

    def _compare(self, vendor: Vendor, mine: Watch, until: float) -> None:
        """A vendor that cannot be asked is not silent."""
        listing, began = _Listing(self.clock, until), self.clock()
        try:
            items = vendor.content.list_all(self.vendors.context(vendor))
            missed = self.known.missing(vendor, listing.settled(items))
        except NoListing:
            self.watches.replace(vendor.name, mine, Watch(began + EVERY))
            return
        except (PipelineError, *POISON) as error:
            name = type(error).__name__
            reason = f"{name}: {error}" if isinstance(error, PipelineError) else name
            self.tell("vendor not looked at", provider=vendor.name, reason=reason[:300])
            return
        alarm = {contract.ALARM: contract.ALARM_SILENT} if missed else {}
        self.tell(
            "vendor looked at", provider=vendor.name, listed=listing.count, missed=missed,
            whole=listing.whole, **alarm,
        )  # fmt: skip
        sure = missed or (listing.whole and listing.count)
        done = Watch(began + EVERY, moment(began) if sure else mine.looked_at, missed)
        self.watches.replace(vendor.name, mine, done)


class _Listing:
    """A vendor's listing, as far as there is time for it."""

    def __init__(self, clock: Clock, until: float) -> None:
        self.clock = clock
        self.until = until
        self.count = 0
        self.whole = True

    def settled(self, items: Iterable[UnifiedContent]) -> Iterator[UnifiedContent]:
        """Those whose last change should have come in by now."""
        latest = self.clock() - ON_ITS_WAY
        for item in items:
            if self.clock() >= self.until:
                self.whole = False
                return
            self.count += 1
            if item.updated_at.timestamp() <= latest:
                yield item
