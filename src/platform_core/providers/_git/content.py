"""The files of a repository as content, for the `content.py` of each provider on a Git host.

A push names commits and files and holds none of them, so each file is read at a commit, never at a
branch that may have moved on.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from platform_core.content import UnifiedContent
from platform_core.errors import Malformed, VendorRefused
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import reading
from platform_core.providers._git import host, settings
from platform_core.providers._git.items import Reader
from platform_core.providers._git.push import NOTHING, Head, Push
from platform_core.webhook import Delivery

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GitContent:
    """What a content module does, for the provider of this name."""

    provider: str

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        """What a push changed in the content folders."""
        repository = host.of(context)
        push = repository.pushed(reading.document(delivery.request.body))
        if push is None:
            return []
        return self.look(context, _touched(repository, push), push.head)

    def look(
        self, context: Context, paths: Mapping[str, datetime | None], head: Head
    ) -> Sequence[Change]:
        """What these files, last changed then, are at a commit; a broken one stops no other."""
        reader = self._reader(context)
        made: list[Change] = []
        broken: list[Malformed] = []
        for path, when in paths.items():
            if reader.type_of(path):
                try:
                    made.append(_change(reader, path, head, when))
                except Malformed as error:
                    log.warning("%s", error)
                    broken.append(error)
        if broken and not made:
            raise broken[0]
        return made

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        """Every content file of the published branch, all at one commit."""
        reader = self._reader(context)
        head = reader.host.head()
        for path in sorted(reader.host.tree(head.commit)):
            if reader.type_of(path):
                try:
                    found = reader.item(path, head)
                except Malformed as error:
                    log.warning("a listed file is left out: %s", error)
                    continue
                if found:
                    yield found

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        """A file as the published branch has it now."""
        reader = self._reader(context)
        path = content_id.removeprefix(reader.settings.content_id(""))
        if reader.type_of(path) != content_type:
            return None
        head = reader.host.head()
        found = reader.item(path, head)
        if found is None:
            _require_absence(reader, path, head.commit)
        return found

    def _reader(self, context: Context) -> Reader:
        return Reader(self.provider, host.of(context), settings.of(context))


def _touched(repository: host.Host, push: Push) -> Mapping[str, datetime | None]:
    """The files to look at; where the push does not surely name all, those that differ."""
    if push.is_listed:
        return push.paths()
    before = _before(repository, push)
    after = repository.tree(push.head.commit)
    differ = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return dict.fromkeys(sorted(differ))


def _before(repository: host.Host, push: Push) -> Mapping[str, str]:
    """The files before a push. What was forced away may be gone for good: then all are new, and
    the next full listing finds what was removed."""
    if push.before == NOTHING:
        return {}
    try:
        return repository.tree(push.before)
    except VendorRefused as error:
        log.warning("the commit before a push cannot be read: %s", error)
        return {}


def _change(reader: Reader, path: str, head: Head, when: datetime | None) -> Change:
    found = reader.item(path, head, when)
    if found:
        return Upsert(found)
    _require_absence(reader, path, head.commit)
    kind = reader.type_of(path) or ""
    return Removal(reader.settings.content_id(path), kind, reading.micros(head.pushed_at))


def _require_absence(reader: Reader, path: str, commit: str) -> None:
    """A file that cannot be read is gone only where its commit can be."""
    if path in reader.host.tree(commit):
        raise VendorRefused(f"{path} is listed but cannot be read")
