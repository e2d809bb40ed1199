"""Read Sanity's documents in one language.

Sanity has no translation of its own. Its documented forms are an object of languages, the array of
`sanity-plugin-internationalized-array`, and one document for each language.
"""

import re
from typing import Any, Final

from platform_core.provider_kit.parsing import Json, parse_object, parse_text

_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{2,8}){0,3}")
_CODES_TEXT: Final = """
    aa ab af am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li
    ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os
    pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_CODES: Final = frozenset(_CODES_TEXT.split())
"""ISO 639-1."""
_COMMON_NAMES_TEXT: Final = """am an as be br id is lg my no or pt sm so tl to tr"""
_COMMON_NAMES: Final = frozenset(_COMMON_NAMES_TEXT.split())
"""Codes that are also usual names of fields. They alone do not make an object of languages."""
_TYPE_HINT: Final = re.compile(r"(locale|locali[sz]ed|i18n|internationali[sz]ed|translat)", re.I)
_LANGUAGE_FIELDS: Final = ("language", "__i18n_lang", "_lang", "lang", "locale")
_LANGUAGE_IN_ID: Final = re.compile(r"(?:__i18n_|^i18n\..+\.)([A-Za-z]{2,3}(?:[-_][A-Za-z]+)*)$")


def document_language(document: Json) -> str | None:
    """Return the language of a document that exists once for each language."""
    for name in _LANGUAGE_FIELDS:
        value = document.get(name)
        if isinstance(value, str) and _is_language(value):
            return value
    match = _LANGUAGE_IN_ID.search(str(document.get("_id")))
    return match[1] if match else None


def is_same_language(language: str, locale: str) -> bool:
    """Check whether a language is the site's: `en` is the language of `en-US` and the reverse."""
    first, second = _normalize(language), _normalize(locale)
    return first == second or first.startswith(f"{second}-") or second.startswith(f"{first}-")


def in_language(value: Any, locale: str) -> Any:
    """Replace values by language, at any depth, by the one in the site's language.

    A value that is not translated, or empty, is that of the first language with one.
    """
    if isinstance(value, list):
        by_language = _parse_language_list(value)
        if by_language is None:
            return [in_language(entry, locale) for entry in value]
    elif isinstance(value, dict):
        by_language = _parse_language_object(value)
        if by_language is None:
            return {name: in_language(entry, locale) for name, entry in value.items()}
    else:
        return value
    return in_language(_choose(by_language, locale), locale)


def _choose(by_language: Json, locale: str) -> Any:
    wanted = [name for name in by_language if locale and is_same_language(name, locale)]
    # The exact locale comes before another region of its language.
    wanted.sort(key=lambda name: _normalize(name) != _normalize(locale))
    names = [*wanted, *by_language]
    return next((by_language[name] for name in names if not _is_blank(by_language[name])), None)


def _parse_language_list(entries: list[Any]) -> Json | None:
    """Parse `[{_key: "en", value}]`, or since version 5 `[{language: "en", value}]`."""
    by_language: Json = {}
    for entry in map(parse_object, entries):
        name = parse_text(entry.get("language"), entry.get("_key"))
        if name is None or "value" not in entry or not _is_language(name):
            return None
        by_language[name] = entry["value"]
    first = parse_object(entries[0]) if entries else {}
    is_hinted = "language" in first or _TYPE_HINT.search(str(first.get("_type")))
    return by_language if is_hinted or not by_language.keys() <= _COMMON_NAMES else None


def _parse_language_object(value: Json) -> Json | None:
    """Parse `{en: ..., no: ...}`. None for an object whose fields are no languages."""
    fields = {name: entry for name, entry in value.items() if not name.startswith("_")}
    if not fields or not all(map(_is_language, fields)):
        return None
    if _TYPE_HINT.search(str(value.get("_type"))):
        return fields
    is_text = all(
        isinstance(entry, str | list | dict) or entry is None for entry in fields.values()
    )
    return fields if is_text and not fields.keys() <= _COMMON_NAMES else None


def _is_language(name: str) -> bool:
    match = _LANGUAGE.fullmatch(name)
    return match is not None and match[1].lower() in _CODES


def _normalize(language: str) -> str:
    return language.replace("_", "-").lower()


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
            return all(_is_blank(child.get("text")) for child in value.get("children") or [])
        case dict():
            return all(_is_blank(entry) for name, entry in value.items() if name != "_type")
        case _:
            return False
