"""Decide whether an item is public: the only list of the ways in which tools say "not public".

A document is public unless it says otherwise. One that says so in a way that is not understood is a
draft: content must not go live by accident. `docs/content.md` has these rules for authors.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from platform_core.content.model import ContentStatus


class Visibility(NamedTuple):
    """The status of an item, and the reason if it is not public."""

    status: ContentStatus
    reason: str | None = None
    is_understood: bool = True
    """False if the document names a status that is unknown, so that somebody should look."""


PUBLIC: Final = Visibility(ContentStatus.PUBLISHED)

_TRUE_WORDS = """
    true t yes y on 1 wahr ja vrai oui verdadero sí si sim verdadeiro vero sì waar sant sann
    prawda tak да
"""
_TRUE: Final = frozenset(_TRUE_WORDS.split())
_FALSE_WORDS = """
    false f no n off 0 falsch nein faux non falso não nao onwaar nee falskt nej falsk nei nie
    нет
"""
_FALSE: Final = frozenset(_FALSE_WORDS.split())
_PUBLISHED_WORDS = """
    published publish live active public publicly released visible enabled online posted
    veröffentlicht öffentlich publié publie publicado pubblicato gepubliceerd publicerad udgivet
    publiceret publisert opublikowany
"""
_ARCHIVED_WORDS = """
    archived archive retired deleted delete trash trashed removed discarded bin archiviert
    archivé archivado archiviato gelöscht
"""
_DRAFT_WORDS = """
    draft drafts autodraft pending private future scheduled schedule review inreview underreview
    needsreview pendingreview readyforreview toreview hidden unlisted unpublished notpublished
    unpublish inherit new wip workinprogress inprogress todo idea planned embargo embargoed
    protected password passwordprotected members membersonly internal confidential secret
    restricted inactive disabled offline rejected expired preview entwurf brouillon borrador
    bozza concept kladde utkast szkic rascunho privat privé privado
"""
_WORDS: Final = {
    ContentStatus.PUBLISHED: _PUBLISHED_WORDS,
    ContentStatus.ARCHIVED: _ARCHIVED_WORDS,
    ContentStatus.DRAFT: _DRAFT_WORDS,
}
_STATUS_BY_WORD: Final = {
    word: status for status, words in _WORDS.items() for word in words.split()
}

_STATUS_FIELDS: Final = (
    "status", "visibility", "poststatus", "publishstatus", "publishedstatus", "publishingstatus",
    "publicationstatus", "publishstate", "publicationstate", "contentstatus", "contentstate",
    "moderationstate", "workflowstate", "workflowstatus",
)  # fmt: skip
_LOOSE_STATUS_FIELDS: Final = ("state", "access", "workflow")
"""Fields that often mean something else (`state: Bavaria`): only a known word counts."""
_HIDING_FLAGS: Final = (
    "draft", "isdraft", "drafted", "unpublished", "isunpublished", "unpublish", "hidden",
    "ishidden", "private", "isprivate", "pending", "ispending", "unlisted", "isunlisted",
    "embargoed", "isembargoed", "headless", "disabled", "isdisabled", "inactive", "isinactive",
    "wip", "eleventyexcludefromcollections",
)  # fmt: skip
_ARCHIVING_FLAGS: Final = (
    "archived", "isarchived", "archivedat", "deleted", "isdeleted", "deletedat", "trash",
    "trashed", "istrashed", "trashedat", "removed", "isremoved",
)  # fmt: skip
_HIDING_IF_TRUE: Final = (
    "hide", "embargo", "scheduled", "isscheduled", "expired", "isexpired",
)  # fmt: skip
"""A plain yes hides an item. Any other value is a date, or a list such as MkDocs' `hide: [toc]`."""
_PROTECTIONS: Final = (
    "haspassword", "passwordprotected", "ispasswordprotected", "protected", "isprotected",
    "membersonly", "ismembersonly",
)  # fmt: skip
_PASSWORDS: Final = ("password", "postpassword", "pagepassword")
"""A text, and no flag: the password can be `no`."""
_PUBLIC_FLAGS: Final = (
    "published", "ispublished", "publish", "public", "ispublic", "live", "islive", "active",
    "isactive", "visible", "isvisible", "enabled", "isenabled", "listed", "islisted", "online",
    "isonline", "render", "permalink",
)  # fmt: skip
"""A false one hides an item. Any other value is a date, a URL or something else."""
_BUILD_OPTIONS: Final = "build"
"""Hugo's `build` (formerly `_build`): `render: never` makes no page, `list: never` keeps it out of
lists. Both are drafts here."""

_Values = Mapping[str, Sequence[object]]
"""All values under each name. A document can have a name twice, in two notations."""


def field_name(name: str) -> str:
    """Return a field's name without its notation: `isDraft`, `is_draft` and `is-draft` are one."""
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


def parse_flag(value: object) -> bool | None:
    """Parse a boolean, 0, 1 or a word such as `yes`. None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return bool(value) if value in (0, 1) else None
    if not isinstance(value, str):
        return None
    word = value.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def parse_status(value: object) -> ContentStatus | None:
    """Parse a status: a word, a flag, or an option object with one. None if it is unknown."""
    match value:
        case str():
            word = field_name(value.strip().casefold())
            if status := _STATUS_BY_WORD.get(word):
                return status
        case Mapping():
            names = (value.get(name) for name in ("value", "name", "label", "title", "slug", "id"))
            return parse_status(next((name for name in names if name), None))
        case [option]:
            return parse_status(option)
    flag = parse_flag(value)
    return None if flag is None else ContentStatus.PUBLISHED if flag else ContentStatus.DRAFT


def judge(*documents: Mapping[str, object]) -> Visibility:
    """Decide the visibility of an item by all fields of its documents, under any notation.

    One field that says no is enough. Dates are not judged here: a public item has a time from
    which it is public.
    """
    values: dict[str, list[object]] = {}
    for document in documents:
        for name, value in document.items():
            if not is_empty(value):
                values.setdefault(field_name(str(name)), []).append(value)
    for _, value in _select(values, _STATUS_FIELDS):
        status = parse_status(value)
        if status is None:
            reason = f"unknown status {str(value)[:40]!r}"
            return Visibility(ContentStatus.DRAFT, reason, is_understood=False)
        if status is not ContentStatus.PUBLISHED:
            return Visibility(status, f"status {status}")
    for _, value in _select(values, _LOOSE_STATUS_FIELDS):
        word = _known_word(value)
        if word not in (None, ContentStatus.PUBLISHED):
            return Visibility(word, f"status {word}")
    return _judge_flags(values)


def _select(values: _Values, names: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Yield each value of these fields with its name."""
    return ((name, value) for name in names for value in values.get(name, ()))


def _judge_flags(values: _Values) -> Visibility:
    """Decide by fields that say yes or no. A value that is not understood hides the item."""
    for names, status, reason in (
        (_ARCHIVING_FLAGS, ContentStatus.ARCHIVED, "archived or deleted"),
        (_HIDING_FLAGS, ContentStatus.DRAFT, "draft"),
        (_PROTECTIONS, ContentStatus.DRAFT, "password"),
    ):
        if any(parse_flag(value) is not False for _, value in _select(values, names)):
            return Visibility(status, reason)
    if any(not _is_literal_false(value) for _, value in _select(values, _PASSWORDS)):
        return Visibility(ContentStatus.DRAFT, "password")
    if any(parse_flag(value) is True for _, value in _select(values, _HIDING_IF_TRUE)):
        return Visibility(ContentStatus.DRAFT, "draft")
    for name, value in _select(values, _PUBLIC_FLAGS):
        word = ContentStatus.DRAFT if parse_flag(value) is False else _known_word(value)
        if word not in (None, ContentStatus.PUBLISHED):
            return Visibility(word, f"{name} is false")
    if any(_is_without_page(options) for _, options in _select(values, (_BUILD_OPTIONS,))):
        return Visibility(ContentStatus.DRAFT, "not rendered")
    return PUBLIC


def _is_literal_false(value: object) -> bool:
    """Check for a boolean, which the YAML of a file has as text."""
    return value is False or (isinstance(value, str) and value.strip().casefold() == "false")


def _is_without_page(options: object) -> bool:
    """Check Hugo's options of a page."""
    if not isinstance(options, Mapping):
        return False
    chosen = (options.get("render"), options.get("list"))
    return any(option == "never" or parse_flag(option) is False for option in chosen)


def _known_word(value: object) -> ContentStatus | None:
    return (
        _STATUS_BY_WORD.get(field_name(value.strip().casefold()))
        if isinstance(value, str)
        else None
    )


def is_empty(value: object) -> bool:
    """Check for a value that counts as missing."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())
