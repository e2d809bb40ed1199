"""Read Contentful's entries as content.

The delivery API is asked first and decides, apart from its lag: the signed body contains the
revision that the API has to return by now, or says that the entry is removed. A publication that
the API does not return is taken from the delivery, which is complete and signed.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Final, cast

from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, NotYetVisible, VendorRefused
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import log_left_out
from platform_core.provider_kit.parsing import Json
from platform_core.providers.contentful import space
from platform_core.providers.contentful.entries import PREFIX, build_item, content_type_id
from platform_core.providers.contentful.locales import is_in_locale
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.contentful.space import LinkedDocuments
from platform_core.providers.contentful.webhook import topic
from platform_core.webhooks.request import Delivery

log = logging.getLogger(__name__)

REMOVAL_ACTIONS: Final = frozenset({"unpublish", "archive", "delete"})
DRAFT_ACTIONS: Final = frozenset({"create", "save", "auto_save", "unarchive"})
"""Changes of drafts do not affect a site."""


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """Return the changes of the entry in a delivery, or of the entries with the asset."""
    settings = _settings_of(context)
    body = parsing.parse_document(delivery.request.body)
    sys = parsing.parse_object(body.get("sys"))
    document_id, document_type = parsing.parse_text(sys.get("id")), str(sys.get("type"))
    action = topic(delivery.request).rpartition(".")[2]
    base_type = document_type.removeprefix("Deleted")
    if document_id is None:
        raise Malformed("the delivery has no id")
    if base_type not in {"Entry", "Asset"} or action in DRAFT_ACTIONS:
        return []
    is_removal = (
        document_type != base_type or action in REMOVAL_ACTIONS or sys.get("archivedAt") is not None
    )
    if _is_other_environment(context, sys):
        log.warning("a delivery names another environment: the site's own one decides")
        return _changes_in_own_environment(context, document_id, body, is_removal=is_removal)
    if base_type == "Asset" or content_type_id(body) not in {None, *settings.types}:
        return _changes_of_linking_entries(context, base_type, document_id, body)
    return _entry_changes(context, document_id, body, is_removal=is_removal)


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Yield every published entry of a type that the site uses, for a preview every entry.

    The whole space is in memory while it is read, because links can point to later documents.
    """
    settings = _settings_of(context)
    documents = space.list_drafts if context.drafts else space.list_entries_and_assets
    everything = list(documents(context))
    links = LinkedDocuments.from_documents(everything)
    entries = [document for document in everything if _is_entry_of_used_type(document, settings)]
    translated = [entry for entry in entries if _is_translated(entry, settings)]
    if entries and not translated:
        raise VendorRefused(
            f"no entry has a field in {settings.locale} or {settings.default_locale}: "
            "correct `locale` and `default_locale` in the settings"
        )
    yield from parsing.skip_malformed(
        lambda document: build_item(document, links, settings), translated
    )


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """Fetch an entry from the delivery API."""
    settings = _settings_of(context)
    result = space.fetch_entry(context, content_id.removeprefix(PREFIX))
    if result is None or settings.types.get(str(content_type_id(result[0]))) != content_type:
        return None
    return build_item(*result, settings) if _is_translated(result[0], settings) else None


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _is_other_environment(context: Context, sys: Json) -> bool:
    """Check for a delivery of another environment.

    A delivery names the environment behind an alias, so the API has to say which one that is.
    """
    settings = _settings_of(context)
    link = space.parse_link(sys.get("environment"))
    if link is None or link[1] == settings.environment:
        return False
    return link[1] != space.fetch_environment_id(context)


def _changes_in_own_environment(
    context: Context, document_id: str, body: Json, *, is_removal: bool
) -> list[Change]:
    """Return the state of a document in the site's environment, whatever another one delivers."""
    settings = _settings_of(context)
    result = space.fetch_entry(context, document_id)
    if result:
        return (
            _make_changes(*result, settings) if _is_entry_of_used_type(result[0], settings) else []
        )
    return _make_removals(document_id, body, settings) if is_removal else []


def _make_removals(entry_id: str, body: Json, settings: Settings) -> list[Change]:
    """Return the removals of an entry."""
    content_type = settings.types.get(str(content_type_id(body)))
    # A tombstone can have no content type. Removing an item that does not exist is harmless.
    content_types = [content_type] if content_type else sorted(set(settings.types.values()))
    return [Removal(PREFIX + entry_id, content_type) for content_type in content_types]


def _make_changes(entry: Json, links: LinkedDocuments, settings: Settings) -> list[Change]:
    """Return the upsert of a fetched entry, or its removal if it is not in the site's locale."""
    if not _is_translated(entry, settings):
        return _make_removals(space.document_key(entry)[1], entry, settings)
    return [Upsert(build_item(entry, links, settings), authoritative=True)]


def _is_translated(entry: Json, settings: Settings) -> bool:
    """Check that an entry has a field in the site's locale, and log if it has none."""
    if is_in_locale(entry, settings):
        return True
    log_left_out("an entry", space.document_key(entry)[1], f"no field in {settings.locale}")
    return False


def _is_entry_of_used_type(document: Json, settings: Settings) -> bool:
    """Check for an entry of a type that the site uses."""
    return (
        space.document_key(document)[0] == "Entry" and content_type_id(document) in settings.types
    )


def _entry_changes(
    context: Context, entry_id: str, body: Json, *, is_removal: bool
) -> list[Change]:
    """Return the upsert or the removals of one entry."""
    settings = _settings_of(context)
    result = space.fetch_entry(context, entry_id)
    if result:
        entry, links = result
        # The API lags behind in both directions: it can still return a removed entry, or not yet
        # return the delivered revision. Both resolve with a retry.
        if _predates_tombstone(entry, body) if is_removal else _is_behind(entry, body):
            raise NotYetVisible("the delivery API still returns an older state")
        is_shown = _is_entry_of_used_type(entry, settings)
        return _make_changes(entry, links, settings) if is_shown else []
    if (
        not is_removal
        and _is_entry_of_used_type(body, settings)
        and _parse_revision(body) is not None
    ):
        return [Upsert(build_item(body, space.fetch_linked(context, body), settings))]
    return _make_removals(entry_id, body, settings)


def _changes_of_linking_entries(
    context: Context, kind: str, document_id: str, body: Json
) -> list[Change]:
    """Return the changes of entries that contain an asset, or an entry without its own page."""
    settings = _settings_of(context)
    changes: list[Change] = []
    for entry, links in space.list_linking_entries(context, kind, document_id):
        document = links.documents.get((kind, document_id))
        if document and _is_behind(document, body):
            raise NotYetVisible("the delivery API still returns an older state")
        if _is_entry_of_used_type(entry, settings):
            changes += _make_changes(entry, links, settings)
    return changes


def _parse_revision(document: Json) -> int | None:
    """Parse the number of publications, which only published documents have."""
    return parsing.parse_integer(parsing.parse_object(document.get("sys")).get("revision"))


def _is_behind(document: Json, delivered: Json) -> bool:
    """Check whether the API returns an older revision than the delivery."""
    shown_revision, delivered_revision = _parse_revision(document), _parse_revision(delivered)
    return (
        shown_revision is not None
        and delivered_revision is not None
        and delivered_revision > shown_revision
    )


def _predates_tombstone(entry: Json, tombstone: Json) -> bool:
    """Check that an entry shows its state from before a removal, not a later publication.

    A tombstone without a time does not outweigh the API.
    """
    sys = parsing.parse_object(tombstone.get("sys"))
    removed_at = parsing.parse_timestamp(sys.get("deletedAt")) or parsing.parse_timestamp(
        sys.get("updatedAt")
    )
    shown_at = parsing.parse_timestamp(parsing.parse_object(entry.get("sys")).get("updatedAt"))
    return removed_at is not None and shown_at is not None and shown_at <= removed_at
