"""Contentful's entries and assets in the unified model.

Fields are keyed by locale. A field that is not translated stands under the space's default locale
only. Links are followed one step, so that a variant or the SEO of a product may be an entry of its
own.
"""

from platform_core.content import MediaAsset, UnifiedContent
from platform_core.errors import Malformed
from platform_core.markup import from_markdown
from platform_core.providers import freeform, reading
from platform_core.providers.contentful.manifest import PROVIDER
from platform_core.providers.contentful.rich_text import Links, to_html
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.contentful.space import Linked, as_link
from platform_core.providers.reading import Json

PREFIX = "contentful:"


def type_of(document: Json) -> str | None:
    """The content type of an entry or a tombstone, where it says so."""
    link = as_link(reading.part(document.get("sys")).get("contentType"))
    return link[1] if link else None


def item(entry: Json, linked: Linked, settings: Settings) -> UnifiedContent:
    """An entry of a type that the site shows. Raises `Malformed`."""
    sys = reading.part(entry.get("sys"))
    name, kind = reading.text(sys.get("id")), type_of(entry)
    revision, updated = reading.whole(sys.get("revision")), reading.moment(sys.get("updatedAt"))
    if name is None or kind is None or revision is None or updated is None:
        raise Malformed("the entry says no id, type, revision or time")
    return freeform.unified(
        freeform.Fields(_resolved(entry, linked, settings), {"tags": _tags(entry)}),
        freeform.Origin(
            id=PREFIX + name,
            content_type=settings.types[kind],
            provider=PROVIDER.name,
            version=revision,
            created_at=reading.moment(sys.get("createdAt")) or updated,
            updated_at=updated,
            fallback_slug=name,
            data={"content_type": kind, "revision": revision},
        ),
        freeform.Reader(
            html=lambda value: _html(value, linked, settings),
            image=lambda value: image(value, linked, settings),
            member=_member,
            currency=settings.currency,
        ),
    )


def image(value: object, linked: Linked, settings: Settings) -> MediaAsset | None:
    """A link to an asset that is an image, or the address of one; None where it is neither."""
    if isinstance(value, str):
        url = reading.address(value)
        return MediaAsset(id=url, url=url) if url else None
    asset = linked.target(value) or {}
    fields = flat(asset, settings)
    file = reading.part(fields.get("file"))
    url, mime = file_address(file), reading.text(file.get("contentType")) or ""
    if url is None or not mime.startswith("image/"):
        return None
    details = reading.part(file.get("details"))
    size = reading.part(details.get("image"))
    return MediaAsset(
        id=str(reading.part(asset.get("sys")).get("id")),
        url=url,
        alt_text=reading.text(fields.get("description"), fields.get("title")),
        width=reading.whole(size.get("width")),
        height=reading.whole(size.get("height")),
        file_size=reading.whole(details.get("size")),
        mime_type=mime,
    )


def file_address(file: Json) -> str | None:
    """Where an asset's file is; the vendor leaves the scheme out."""
    return reading.address(_with_scheme(file.get("url")))


def flat(document: Json, settings: Settings) -> Json:
    """The fields of an entry or an asset in the site's locale."""
    order = (settings.locale, settings.default_locale)
    return {
        name: value
        for name, by_locale in reading.part(document.get("fields")).items()
        if (value := _first(reading.part(by_locale), order)) is not None
    }


def _first(by_locale: Json, order: tuple[str, ...]) -> object:
    values = (by_locale.get(locale) for locale in order)
    return next((value for value in values if value not in (None, "")), None)


def _resolved(entry: Json, linked: Linked, settings: Settings) -> Json:
    """The fields, with entries in place of the links to them."""

    def follow(value: object) -> object:
        if isinstance(value, list):
            return [follow(each) for each in value]
        link, target = as_link(value), linked.target(value)
        if link is None or target is None or link[0] != "Entry":
            return value
        return {**flat(target, settings), "id": link[1], "sys": reading.part(value)["sys"]}

    return {name: follow(value) for name, value in flat(entry, settings).items()}


def _html(value: object, linked: Linked, settings: Settings) -> str | None:
    """A rich text, or Markdown, which a long text is at this vendor."""
    if isinstance(value, str):
        return from_markdown(value, lambda url: str(_with_scheme(url))) or None

    def file(target: object) -> str | None:
        fields = flat(linked.target(target) or {}, settings)
        return file_address(reading.part(fields.get("file")))

    links = Links(image=lambda target: image(target, linked, settings), file=file)
    return to_html(reading.part(value), links)


def _with_scheme(url: object) -> object:
    return f"https:{url}" if isinstance(url, str) and url.startswith("//") else url


def _tags(entry: Json) -> list[str]:
    """The ids of the space's own tags: what they are called only a management API says."""
    tags = reading.records(reading.part(entry.get("metadata")).get("tags"))
    return [link[1] for link in map(as_link, tags) if link]


def _member(value: object) -> str | None:
    """A link to a product as its content id."""
    link = as_link(value)
    return PREFIX + link[1] if link and link[0] == "Entry" else None
