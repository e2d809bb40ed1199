"""Read the fields of entries and assets in the site's locale.

The delivery API returns each field as an object of locales. An untranslated field has only the
locales from which the space's other ones fall back.
"""

from collections.abc import Iterator

from platform_core.provider_kit.parsing import Json, parse_object, parse_objects
from platform_core.providers.contentful.settings import Settings


def localized_fields(document: Json, settings: Settings) -> Json:
    """Return the fields of an entry or an asset in the site's locale."""
    return {
        name: value
        for name, by_locale in parse_object(document.get("fields")).items()
        if (value := _choose(parse_object(by_locale), settings)) is not None
    }


def is_in_locale(document: Json, settings: Settings) -> bool:
    """Check that an entry has a field in the site's locale or in one that it falls back to."""
    return not document.get("fields") or bool(localized_fields(document, settings))


def _choose(by_locale: Json, settings: Settings) -> object:
    """Return the value of the first locale that has one."""
    for locale in _fallback_chain(by_locale, settings):
        value = by_locale[locale]
        # An empty value counts as untranslated: an editor sees an empty field.
        if not _is_blank(value):
            return value
    return None


def _fallback_chain(by_locale: Json, settings: Settings) -> Iterator[str]:
    """Yield the locales of a field in the order in which they apply to the site."""
    for wanted in (settings.locale, settings.default_locale):
        language = wanted.partition("-")[0].lower()
        if wanted in by_locale:
            yield wanted
        if language in by_locale:
            yield language
        # Another region of the same language, for example de-DE for de-CH.
        yield from (name for name in by_locale if name.partition("-")[0].lower() == language)


def _is_blank(value: object) -> bool:
    """Check for an empty text, or for a rich text without words, pictures and lines."""
    match value:
        case None | []:
            return True
        case str():
            return not value.strip()
        case {"nodeType": str(kind), **node}:
            if kind == "text":
                return not str(node.get("value") or "").strip()
            # A line or a picture is shown, although it has no words.
            is_shown = kind == "hr" or kind.startswith("embedded-")
            return not is_shown and all(map(_is_blank, parse_objects(node.get("content"))))
        case _:
            return False
