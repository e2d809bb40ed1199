"""Read the files of a repository as content, for the `content.py` of each Git-based provider.

A push names commits and files without their contents. Each file is read at a commit, never at a
branch, because the branch may have moved on.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, VendorRefused
from platform_core.provider import Change, Context, Part, Removal, Upsert
from platform_core.provider_kit import parsing
from platform_core.provider_kit.left_out import note_left_out
from platform_core.providers._git import host, settings
from platform_core.providers._git.items import FileReader, OtherLanguage
from platform_core.providers._git.push import NO_COMMIT, Head, Push
from platform_core.webhooks.request import Delivery

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GitContent:
    """The content functions of one Git-based provider."""

    provider: str

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        """Return the changes of a push in the content folders."""
        return read_parts(self.parts(context, delivery))

    def parts(self, context: Context, delivery: Delivery) -> Sequence[Part]:
        """Return the changed files of a push in the content folders, one part for each."""
        reader = self._make_reader(context)
        push = reader.host.parse_push(parsing.parse_document(delivery.request.body))
        if push is None:
            return []
        return _make_parts(reader, _changed_paths(reader, push), push.head)

    def file_parts(
        self, context: Context, paths: Mapping[str, datetime | None], head: Head
    ) -> Sequence[Part]:
        """Return a part for each content file of these, at a commit.

        `paths` maps each file to its time of change, if known.
        """
        return _make_parts(self._make_reader(context), paths, head)

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        """Yield every content file of the published branch, all at one commit."""
        reader = self._make_reader(context)
        head = reader.host.read_head()
        # One commit for the whole listing, so that a push in between cannot mix two states.
        for path in sorted(reader.blob_ids_at(head.commit)):
            if reader.content_type_of(path):
                try:
                    item = reader.read_item(path, head)
                except OtherLanguage as reason:
                    log.info("skipped a listed file: %s", reason, extra={"reason": "language"})
                    note_left_out("a file: it is in another language")
                    continue
                except Malformed as error:
                    log.warning("skipped a listed file: %s", error, extra={"reason": "malformed"})
                    note_left_out("a file: it is malformed")
                    continue
                if item:
                    yield item

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        """Read a file at the head of the published branch."""
        reader = self._make_reader(context)
        path = content_id.removeprefix(reader.settings.content_id(""))
        if reader.content_type_of(path) != content_type:
            return None
        head = reader.host.read_head()
        try:
            item = reader.read_item(path, head)
        except OtherLanguage:
            return None
        if item is None:
            _require_absence(reader, path, head.commit)
        return item

    def _make_reader(self, context: Context) -> FileReader:
        return FileReader(self.provider, host.host_for(context), settings.git_settings(context))


def read_parts(parts: Sequence[Part]) -> Sequence[Change]:
    """Read all parts. A malformed file is skipped, so that it does not block the others."""
    changes: list[Change] = []
    errors: list[Malformed] = []
    for read_change in parts:
        try:
            if change := read_change():
                changes.append(change)
        except Malformed as error:
            log.warning("%s", error, extra={"reason": "malformed"})
            errors.append(error)
    # Raise only if there is nothing to report: the delivery then counts as malformed.
    if errors and not changes:
        raise errors[0]
    return changes


def _make_parts(
    reader: FileReader, paths: Mapping[str, datetime | None], head: Head
) -> Sequence[Part]:
    return [
        partial(_read_change, reader, path, head, changed_at)
        for path, changed_at in _with_translations(reader, paths, head).items()
    ]


def _changed_paths(reader: FileReader, push: Push) -> Mapping[str, datetime | None]:
    """Return the files to read. If the push may not list all of them, compare the trees."""
    if push.lists_all_files:
        return push.changed_paths()
    before = _tree_before(reader, push)
    after = reader.blob_ids_at(push.head.commit)
    changed_paths = {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    # The trees contain no times. None makes the reader ask for the time of the change.
    return dict.fromkeys(sorted(changed_paths))


def _tree_before(reader: FileReader, push: Push) -> Mapping[str, str]:
    """Return the tree before a push.

    A force push can delete the earlier commit for good. Then all files count as new, and the next
    full listing finds the removed ones.
    """
    if push.before == NO_COMMIT:
        return {}
    try:
        return reader.blob_ids_at(push.before)
    except VendorRefused as error:
        log.warning("cannot read the commit before a push: %s", error)
        return {}


def _with_translations(
    reader: FileReader, paths: Mapping[str, datetime | None], head: Head
) -> dict[str, datetime | None]:
    """Return the content files of a push with their translations.

    Whether a translation is shown can depend on the files that came or went beside it.
    """
    translations = reader.translations_at(head.commit)
    content_paths = {path: at for path, at in paths.items() if reader.content_type_of(path)}
    siblings = [sibling for path in content_paths for sibling in translations.siblings(path)]
    return {**dict.fromkeys(siblings), **content_paths}


def _read_change(
    reader: FileReader, path: str, head: Head, changed_at: datetime | None
) -> Change | None:
    """Read one file as an upsert, or as a removal if it is gone or no longer shown."""
    version = parsing.to_microseconds(head.pushed_at)
    content_type = reader.content_type_of(path) or ""
    removal = Removal(reader.settings.content_id(path), content_type, version)
    translations = reader.translations_at(head.commit)
    try:
        item = reader.read_item(path, head, changed_at)
    except OtherLanguage as reason:
        log.info("%s", reason, extra={"reason": "language"})
        # Any other file may be on the site: its header or a translation beside it can be new.
        return None if translations.is_never_shown(path) else removal
    if item:
        return Upsert(item)
    _require_absence(reader, path, head.commit)
    return removal


def _require_absence(reader: FileReader, path: str, commit: str) -> None:
    """Check that a file is really gone: its commit can be read and does not contain it."""
    # Both a missing file and a missing permission can answer 404; the tree tells them apart.
    if path in reader.blob_ids_at(commit):
        raise VendorRefused(f"{path} is in the tree but cannot be read")
