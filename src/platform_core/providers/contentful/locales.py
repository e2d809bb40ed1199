"""Read the fields of entries and assets in the site's locale.

The delivery API returns each field as an object of locales. An untranslated field has only the
locales from which the space's other ones fall back.
"""

from platform_core.provider_kit.locales import choose_locale
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
    """Return the value in the site's locale, or else in the default one."""
    # An empty value counts as untranslated: an editor sees an empty field.
    filled = {name: value for name, value in by_locale.items() if not _is_blank(value)}
    chosen = choose_locale(filled, settings.locale) or choose_locale(
        filled, settings.default_locale
    )
    return filled[chosen] if chosen else None


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
