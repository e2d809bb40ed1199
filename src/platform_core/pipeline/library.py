"""Puts one change into the content table: the newest version wins, in whatever order they come.

Each write names the row that it replaces. Who loses to another writer looks again and judges
anew, so the end is the fold of all changes by version.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

from platform_core.content import content_digest
from platform_core.errors import Conflict, NoListing, NotYetVisible
from platform_core.ordering import Stored, Verdict, judge_removal, judge_upsert, tombstone_rank
from platform_core.pipeline.vendors import Vendor
from platform_core.ports import Clock, ContentStore, ItemKey, Tombstone
from platform_core.provider import Change, Context, Removal, Signal, Upsert

TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a change."""

    change: Change
    """As it was taken: where the vendor was asked, what it said."""
    existed: bool = False
    """Whether the item was there before."""
    wrote: bool = True
    newest: bool = True
    """False: something newer was there."""


class Library(Protocol):
    """Takes changes in."""

    def take(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> Effect:
        """`old`: it may be of a time whose graves are gone."""
        ...


class Unkept:
    """Direct mode: the vendor's listing is the content, so nothing is stored."""

    def take(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> Effect:
        """A build asked for too early would read what the vendor's API no longer means, and stay so
        until the next event. Raises `NotYetVisible`."""
        if isinstance(change, Upsert) and not change.authoritative:
            item = change.item
            current = vendor.content.current(context, item.id, item.content_type)
            if current is not None and current.version < item.version:
                raise NotYetVisible(f"{vendor.name} still shows an older version")
        return Effect(change, existed=True)


@dataclass(frozen=True, slots=True)
class Shelves:
    """Event-driven mode: the content table."""

    store: ContentStore
    clock: Clock

    def take(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> Effect:
        """Store it. Raises what the vendor's module raises, and `Conflict`."""
        for _ in range(TRIES):
            match change:
                case Upsert():
                    effect = self._upsert(vendor, context, change, old)
                case Removal():
                    effect = self._remove(vendor, context, change)
                case Signal():
                    return Effect(change)
            if isinstance(effect, Effect):
                return effect
            change = effect
        raise Conflict("too many writers of one item")

    def _upsert(
        self, vendor: Vendor, context: Context, change: Upsert, old: bool
    ) -> Effect | Change:
        """The effect, or the change to try next. An old item that nothing is known of may have
        been removed long ago; whether it was, the vendor knows, if anybody does."""
        item = change.item
        stored = self.store.find(_key(vendor, change))
        if old and stored is None and not change.authoritative:
            with suppress(NoListing):
                return _asked(vendor, context, change)
        verdict = judge_upsert(
            stored, item.version, content_digest(item), authoritative=change.authoritative
        )
        match verdict:
            case Verdict.SKIP:
                return _skipped(change, stored, item.version)
            case Verdict.ASK:
                return _asked(vendor, context, change)
            case Verdict.WRITE:
                written = self.store.put(item, stored)
                return Effect(change, existed=_live(stored)) if written else change

    def _remove(self, vendor: Vendor, context: Context, change: Removal) -> Effect | Change:
        """A removal without a version may be old news: the vendor has the last word."""
        key = _key(vendor, change)
        stored = self.store.find(key)
        if judge_removal(stored, change.version) is Verdict.SKIP:
            return _skipped(change, stored, change.version)
        if change.version is None:
            current = vendor.content.current(context, change.content_id, change.content_type)
            if current is not None:
                return Upsert(current, authoritative=True)
        rank = tombstone_rank(stored, change.version)
        tombstone = Tombstone(rank, change.version is None, self.clock())
        if not self.store.bury(key, tombstone, stored):
            return change
        return Effect(replace(change, version=rank), existed=_live(stored))


def _asked(vendor: Vendor, context: Context, change: Upsert) -> Change:
    """What the vendor says now, where two states claim one version."""
    item = change.item
    current = vendor.content.current(context, item.id, item.content_type)
    if current is None:
        return Removal(item.id, item.content_type)
    if current.version < item.version:
        raise NotYetVisible(f"{vendor.name} still shows an older version")
    return Upsert(current, authoritative=True)


def _key(vendor: Vendor, change: Upsert | Removal) -> ItemKey:
    match change:
        case Upsert(item=item):
            return ItemKey(item.id, item.content_type, vendor.name)
        case Removal():
            return ItemKey(change.content_id, change.content_type, vendor.name)


def _live(stored: Stored | None) -> bool:
    return stored is not None and not stored.deleted


def _skipped(change: Change, stored: Stored | None, version: int | None) -> Effect:
    newest = stored is None or version is None or version >= stored.version
    return Effect(change, existed=_live(stored), wrote=False, newest=newest)
