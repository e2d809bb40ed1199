"""Apply one change to the content: the newest version wins, in whatever order changes come.

Each write names the row that it replaces. A writer that loses to another one reads the row again
and judges again, so the result is the same for every order of the changes.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

from platform_core.content.model import content_digest
from platform_core.content.versions import (
    StoredVersion,
    Verdict,
    judge_removal,
    judge_upsert,
    tombstone_version,
)
from platform_core.errors import Conflict, NoListing, NotYetVisible
from platform_core.pipeline.ports import Clock, ContentStore, ItemKey, Tombstone
from platform_core.pipeline.vendors import Vendor
from platform_core.provider import Change, Context, Erasure, Removal, Signal, Upsert

MAX_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A change, and the effect that it had."""

    change: Change
    """As applied: where the vendor was asked, the vendor's answer."""
    existed: bool = False
    """Whether the item was live before the change."""
    wrote: bool = True
    newest: bool = True
    """False: a newer version was stored already."""


class ContentApplier(Protocol):
    """Applies changes to the content."""

    def apply(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> AppliedChange:
        """Apply a change. `old`: the tombstone of its item may have expired already."""
        ...


class PassThrough:
    """Direct mode: builds read the vendors' listings, so no content is stored."""

    def apply(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> AppliedChange:
        """Check that the vendor's API shows the change. Raises `NotYetVisible`.

        A build that starts before that would read the old state, and no other event would
        correct it.
        """
        if isinstance(change, Upsert) and not change.authoritative:
            item = change.item
            current = vendor.content.current(context, item.id, item.content_type)
            if current is not None and current.version < item.version:
                raise NotYetVisible(f"{vendor.name} still shows an older version")
        return AppliedChange(change, existed=True)


@dataclass(frozen=True, slots=True)
class StoredContent:
    """Event-driven mode: changes go into the content table."""

    store: ContentStore
    clock: Clock

    def apply(
        self, vendor: Vendor, context: Context, change: Change, *, old: bool = False
    ) -> AppliedChange:
        """Store the change. Raises the errors of the provider's module, and `Conflict`."""
        for _ in range(MAX_TRIES):
            match change:
                case Upsert():
                    result = self._upsert(vendor, context, change, old)
                case Removal():
                    result = self._remove(vendor, context, change)
                case Signal() | Erasure():
                    return AppliedChange(change)
            if isinstance(result, AppliedChange):
                return result
            change = result
        raise Conflict("too many writers of one item")

    def _upsert(
        self, vendor: Vendor, context: Context, change: Upsert, old: bool
    ) -> AppliedChange | Change:
        """Return the applied change, or the change to try next.

        An old change of an item without a row may be about an item that was removed long ago, and
        whose tombstone has expired. Only the vendor knows, so the vendor is asked.
        """
        stored = self.store.find(_key(vendor, change))
        # A published item keeps its address when the rules for slugs change.
        item = change.item.keep_slug(stored.slug if stored else "")
        change = replace(change, item=item)
        if old and stored is None and not change.authoritative:
            with suppress(NoListing):
                return _read_from_vendor(vendor, context, change)
        verdict = judge_upsert(
            stored, item.version, content_digest(item), authoritative=change.authoritative
        )
        match verdict:
            case Verdict.SKIP:
                return _skip_change(change, stored, item.version)
            case Verdict.ASK:
                return _read_from_vendor(vendor, context, change)
            case Verdict.WRITE:
                is_written = self.store.put(item, stored)
                return AppliedChange(change, existed=_is_live(stored)) if is_written else change

    def _remove(self, vendor: Vendor, context: Context, change: Removal) -> AppliedChange | Change:
        """Return the applied change, or the change to try next.

        A removal without a version may be older than the stored item, so the vendor decides
        whether the item exists.
        """
        key = _key(vendor, change)
        stored = self.store.find(key)
        if judge_removal(stored, change.version) is Verdict.SKIP:
            return _skip_change(change, stored, change.version)
        if change.version is None:
            current = vendor.content.current(context, change.content_id, change.content_type)
            if current is not None:
                return Upsert(current, authoritative=True)
        version = tombstone_version(stored, change.version)
        tombstone = Tombstone(version, change.version is None, self.clock())
        if not self.store.put_tombstone(key, tombstone, stored):
            return change
        return AppliedChange(replace(change, version=version), existed=_is_live(stored))


def _read_from_vendor(vendor: Vendor, context: Context, change: Upsert) -> Change:
    """Return the item as the vendor's API has it now. Used where two states claim one version."""
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


def _is_live(stored: StoredVersion | None) -> bool:
    return stored is not None and not stored.deleted


def _skip_change(
    change: Change, stored: StoredVersion | None, version: int | None
) -> AppliedChange:
    newest = stored is None or version is None or version >= stored.version
    return AppliedChange(change, existed=_is_live(stored), wrote=False, newest=newest)
