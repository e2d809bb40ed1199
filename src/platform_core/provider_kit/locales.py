"""Read the values of one language from documents that hold several.

Vendors and editors write values by language as `{"en": ..., "de": ...}`, or as a list of
`{"_key" | "language" | "locale": "en", "value": ...}`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_LANGUAGE_CODES = """
    aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg
    li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_LANGUAGES: Final = frozenset(_LANGUAGE_CODES.split())
"""Codes of ISO 639-1."""
_CODE: Final = re.compile(
    r"(?P<language>[A-Za-z]{2})(?:[-_](?:[A-Za-z]{4}|[A-Z]{2}|[a-z]{2}|[0-9]{3})){0,2}"
)
_WORDS: Final = frozenset(
    ["am", "as", "be", "id", "is", "lg", "ms", "my", "no", "or", "os", "sm", "so", "to"]
)
"""Codes that are common names of fields: `{id: 7, to: /shop}` is rather a link than Indonesian and
Tongan."""
_LANGUAGE_KEYS: Final = ("_key", "language", "locale", "lang", "_lang", "languages_code")
LOCALE_PATTERN: Final = r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$"
"""A setting: a locale, or nothing for the language that is found first."""


def is_locale(text: str) -> bool:
    """Check that a text is a locale: `de`, `de-AT`, `zh_Hant`, `pt-br`."""
    match = _CODE.fullmatch(text)
    return match is not None and match["language"].lower() in _LANGUAGES


def check_locale(text: str) -> str:
    """Validate a setting for content that names its language. Raises `ValueError`."""
    if text and not is_locale(text):
        raise ValueError(
            f"{text!r} is no language of two letters (ISO 639-1), such as de or pt-BR, so no "
            "content would be in it"
        )
    return text


def is_same_locale(one: str, other: str) -> bool:
    """Compare two locales, independent of their notation."""
    return _normalize(one) == _normalize(other)


def choose_locale(available: Iterable[str], wanted: str) -> str | None:
    """Choose the best of the available locales: the wanted one, its language, or a sister of it.

    Without a wanted locale it is English, or else the first one. None if none fits.

    >>> choose_locale(["de-AT", "en"], "de"), choose_locale(["fr", "nl"], "")
    ('de-AT', 'fr')
    """
    locales = list(available)
    if not wanted:
        return choose_locale(locales, "en") or next(iter(locales), None)
    language = _normalize(wanted).partition("-")[0]
    by_name = {_normalize(locale): locale for locale in reversed(locales)}
    sisters = (name for name in map(_normalize, locales) if name.partition("-")[0] == language)
    candidates = (_normalize(wanted), language, *sisters)
    return next((by_name[name] for name in candidates if name in by_name), None)


def fits_locale(language: str, wanted: str) -> bool:
    """Check that content in a language can be on the site: any language without a wanted one."""
    return choose_locale([language], wanted) is not None


def localize(value: Any, locale: str) -> Any:
    """Replace all values by language inside a JSON value with those of a locale.

    A value that has no entry in this locale becomes None. An empty `locale` takes English, or else
    the first language.
    """
    if isinstance(value, Mapping):
        values_by_locale = _by_locale_map(value, locale)
        if values_by_locale is None:
            return {name: localize(item, locale) for name, item in value.items()}
    elif isinstance(value, list):
        values_by_locale = _by_locale_list(value)
        if values_by_locale is None:
            return [localize(item, locale) for item in value]
    else:
        return value
    chosen = choose_locale(values_by_locale, locale)
    return None if chosen is None else localize(values_by_locale[chosen], locale)


def values_by_locale(value: Any, locale: str) -> dict[str, Any] | None:
    """Return the values by language of a value that holds several, or None for any other value."""
    if isinstance(value, Mapping):
        return _by_locale_map(value, locale)
    return _by_locale_list(value) if isinstance(value, list) else None


def _by_locale_map(value: Mapping[str, Any], locale: str) -> dict[str, Any] | None:
    """Return the values by language of an object whose members are all languages."""
    # `_type` is Sanity's mark of an object's type.
    members = {name: item for name, item in value.items() if not str(name).startswith("_")}
    if not members or not all(is_locale(str(name)) for name in members):
        return None
    is_wanted = any(is_same_locale(name, locale) for name in members)
    are_languages = len(members) > 1 and not members.keys() <= _WORDS
    is_common = members.keys() <= {"en", "de", "fr", "es"}
    return members if is_wanted or are_languages or is_common else None


def _by_locale_list(value: list[Any]) -> dict[str, Any] | None:
    """Return the values by language of a list whose entries all name a language and a value."""
    values_by_locale = {}
    for entry in value:
        if not isinstance(entry, Mapping) or "value" not in entry:
            return None
        names = (entry.get(name) for name in _LANGUAGE_KEYS)
        locale = next((name for name in names if isinstance(name, str) and is_locale(name)), None)
        if locale is None:
            return None
        values_by_locale[locale] = entry["value"]
    return values_by_locale or None


def _normalize(locale: str) -> str:
    return locale.replace("_", "-").lower()
