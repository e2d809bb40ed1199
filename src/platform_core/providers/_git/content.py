"""The files of a repository as content.

A push names commits and files and holds none of them, so each file is read at the commit that the
push names, never at a branch that may have moved on. A version is the time of the push: times of
commits can run backwards, pushes cannot.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, cast
from urllib.parse import quote

from platform_core.providers.decap.push import NOTHING, Push
from platform_core.providers.decap.repository import Repository
from platform_core.providers.decap.settings import Settings

from platform_core.content import MediaAsset, UnifiedContent
from platform_core.errors import Malformed, VendorRefused
from platform_core.markup import from_markdown
from platform_core.provider import Change, Context, Removal, Upsert
from platform_core.providers import freeform, reading
from platform_core.providers.decap import files
from platform_core.providers.decap import push as pushes
from platform_core.providers.decap.manifest import PROVIDER
from platform_core.webhook import Delivery

log = logging.getLogger(__name__)

_MIME: Final = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


def changes(context: Context, delivery: Delivery) -> Sequence[Change]:
    """What a push changed in the content folders; a broken file stops no other."""
    settings = _settings(context)
    push = pushes.read(reading.document(delivery.request.body), settings)
    if push is None:
        return []
    repository = Repository(context)
    made: list[Change] = []
    broken: list[Malformed] = []
    for path, when in _touched(repository, push).items():
        if _type_of(path, settings):
            try:
                made.append(_change(repository, path, when, push))
            except Malformed as error:
                log.warning("%s", error)
                broken.append(error)
    if broken and not made:
        raise broken[0]
    return made


def list_all(context: Context) -> Iterator[UnifiedContent]:
    """Every content file of the published branch, all at one commit."""
    repository = Repository(context)
    head = repository.head()
    for path in sorted(repository.tree(head.commit)):
        if _type_of(path, repository.settings):
            try:
                found = _read(repository, path, head.commit, head.pushed_at)
            except Malformed as error:
                log.warning("a listed file is left out: %s", error)
                continue
            if found:
                yield found


def current(context: Context, content_id: str, content_type: str) -> UnifiedContent | None:
    """A file as the published branch has it now."""
    repository = Repository(context)
    path = content_id.removeprefix(_id("", repository.settings))
    if _type_of(path, repository.settings) != content_type:
        return None
    head = repository.head()
    found = _read(repository, path, head.commit, head.pushed_at)
    if found is None:
        _require_absence(repository, path, head.commit)
    return found


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _id(path: str, settings: Settings) -> str:
    return f"github:{settings.full_name}:{path}"


def _type_of(path: str, settings: Settings) -> str | None:
    """What a file is on the site, by the innermost folder that says so; None: no content."""
    inside = [folder for folder in settings.folders if path.startswith(f"{folder}/")]
    if not inside or not files.is_content(path):
        return None
    return settings.folders[max(inside, key=len)]


def _touched(repository: Repository, push: Push) -> Mapping[str, datetime | None]:
    """The files to look at; where the push does not surely name all, those that differ."""
    if push.is_listed:
        return push.paths()
    before = repository.tree(push.before) if push.before != NOTHING else {}
    after = repository.tree(push.after)
    differ = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return dict.fromkeys(sorted(differ))


def _change(repository: Repository, path: str, when: datetime | None, push: Push) -> Change:
    found = _read(repository, path, push.after, push.pushed_at, when)
    if found:
        return Upsert(found)
    _require_absence(repository, path, push.after)
    kind = _type_of(path, repository.settings) or ""
    settings = repository.settings
    return Removal(_id(path, settings), kind, reading.micros(push.pushed_at))


def _require_absence(repository: Repository, path: str, commit: str) -> None:
    """A file that cannot be read is gone only where its commit can be."""
    if path in repository.tree(commit):
        raise VendorRefused(f"{path} is listed but cannot be read")


def _read(
    repository: Repository,
    path: str,
    commit: str,
    pushed_at: datetime,
    changed_at: datetime | None = None,
) -> UnifiedContent | None:
    """A file at a commit as an item; None where it is not there. Raises `Malformed`."""
    text = repository.file(path, commit)
    if text is None:
        return None
    settings = repository.settings
    head, markdown = files.parse(path, text)
    image = partial(_address, commit=commit, settings=settings)
    fields = freeform.Fields(head, {"body": markdown, "slug": files.slug_of(path)})
    written = reading.moment(fields["updated_at"])
    changed = written or changed_at or repository.changed_at(path, commit) or pushed_at
    return freeform.unified(
        fields,
        freeform.Origin(
            id=_id(path, settings),
            content_type=_type_of(path, settings) or "",
            provider=PROVIDER.name,
            version=reading.micros(pushed_at),
            created_at=reading.moment(fields["published_at"]) or changed,
            updated_at=changed,
            fallback_slug=files.slug_of(path),
            data={"file_path": path, "repository": settings.full_name},
        ),
        freeform.Reader(
            html=lambda value: (
                from_markdown(value, image) or None if isinstance(value, str) else None
            ),
            image=lambda value: _image(value, image),
            member=lambda value: _member(value, settings),
            currency=settings.currency,
        ),
    )


def _address(value: str, *, commit: str, settings: Settings) -> str:
    """Where an image is: its own address, or its place among the uploads."""
    if reading.address(value):
        return value
    if ":" in value or value.startswith("//"):
        return ""
    path = quote(value.strip().lstrip("./"))
    if settings.media_url:
        return f"{settings.media_url.rstrip('/')}/{path}"
    raw = f"https://raw.githubusercontent.com/{settings.full_name}/{commit}"
    return f"{raw}/{settings.media_folder}/{path}"


def _image(value: object, address: Callable[[str], str]) -> MediaAsset | None:
    """A path or an address, or such with a text beside it."""
    field = reading.part(value)
    given = value if isinstance(value, str) else field.get("src") or field.get("url")
    url = address(given) if isinstance(given, str) and given else ""
    if not url:
        return None
    ending = url.rpartition(".")[2].lower()
    return MediaAsset(
        id=url,
        url=url,
        alt_text=reading.text(field.get("alt")),
        mime_type=_MIME.get(ending),
    )


def _member(value: object, settings: Settings) -> str | None:
    """A product that a collection names, by its path or by its slug alone."""
    name = reading.text(reading.part(value).get("product") or value)
    shelves = [folder for folder, kind in settings.folders.items() if kind == "product"]
    if name is None or not shelves:
        return None
    known = any(name.startswith(f"{folder}/") for folder in shelves)
    return _id(name if known else f"{shelves[0]}/{name}.md", settings)
