"""Read Sanity's documents in one language.

Sanity has no translation of its own. Its documented forms are an object of languages, the array of
`sanity-plugin-internationalized-array`, and one document for each language.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from platform_core.provider_kit import locales
from platform_core.provider_kit.parsing import Json

_TYPE_HINT: Final = re.compile(r"(locale|locali[sz]ed|i18n|internationali[sz]ed|translat)", re.I)
"""Types of objects whose fields are languages, such as `localeString`."""
_LANGUAGE_FIELDS: Final = ("language", "__i18n_lang", "_lang", "lang", "locale")
_LANGUAGE_IN_ID: Final = re.compile(r"(?:__i18n_|^i18n\..+\.)([A-Za-z]{2}(?:[-_][A-Za-z]+)*)$")


def document_language(document: Json) -> str | None:
    """Return the language of a document that exists once for each language."""
    for name in _LANGUAGE_FIELDS:
        value = document.get(name)
        if isinstance(value, str) and locales.is_locale(value):
            return value
    match = _LANGUAGE_IN_ID.search(str(document.get("_id")))
    return match[1] if match else None


def is_same_language(language: str, locale: str) -> bool:
    """Check whether a language is the site's: `en` is the language of `en-US` and the reverse."""
    first, second = (name.replace("_", "-").lower() for name in (language, locale))
    return first == second or first.startswith(f"{second}-") or second.startswith(f"{first}-")


def in_language(value: Any, locale: str) -> Any:
    """Replace values by language, at any depth, by the one in the site's language.

    A value that is not translated, or empty, is that of another language.
    """
    by_language = _values_by_language(value, locale)
    if by_language is not None:
        return in_language(_choose(by_language, locale), locale)
    if isinstance(value, list):
        return [in_language(entry, locale) for entry in value]
    if isinstance(value, dict):
        return {name: in_language(entry, locale) for name, entry in value.items()}
    return value


def _values_by_language(value: Any, locale: str) -> dict[str, Any] | None:
    """Return the values by language, or None for a value without languages."""
    if isinstance(value, Mapping) and _TYPE_HINT.search(str(value.get("_type"))):
        fields = {name: entry for name, entry in value.items() if not name.startswith("_")}
        if fields and all(map(locales.is_locale, fields)):
            return fields
    return locales.values_by_locale(value, locale)


def _choose(by_language: dict[str, Any], locale: str) -> Any:
    filled = {name: entry for name, entry in by_language.items() if not _is_blank(entry)}
    chosen = locales.choose_locale(filled, locale) or locales.choose_locale(filled, "")
    return filled[chosen] if chosen else None


def _is_blank(value: Any) -> bool:
    """Check for a value without any text: an editor's empty field or an empty rich text."""
    match value:
        case None:
            return True
        case str():
            return not value.strip()
        case list():
            return all(map(_is_blank, value))
        case {"_type": "block"}:
            return _is_blank([child.get("text") for child in value.get("children") or []])
        case dict():
            return all(_is_blank(entry) for name, entry in value.items() if name != "_type")
        case _:
            return False
