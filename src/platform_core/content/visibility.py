"""Decide whether an item is public: the only list of the ways in which tools say "not public".

A document is public unless it says otherwise. One that says so in a way that is not understood is a
draft: content must not go live by accident. `docs/content.md` has these rules for authors.
"""

from collections.abc import Mapping
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
_PASSWORDS: Final = (
    "password", "postpassword", "pagepassword", "haspassword", "passwordprotected",
    "ispasswordprotected", "protected", "isprotected", "membersonly", "ismembersonly",
)  # fmt: skip
_PUBLIC_FLAGS: Final = (
    "published", "ispublished", "publish", "public", "ispublic", "live", "islive", "active",
    "isactive", "visible", "isvisible", "enabled", "isenabled", "listed", "islisted", "online",
    "isonline", "render", "permalink",
)  # fmt: skip
"""A false one hides an item. Any other value is a date, a URL or something else."""
_BUILD_OPTIONS: Final = "build"
"""Hugo's `build` (formerly `_build`): `render: never` and `list: never` make no page in a list."""


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


def judge(document: Mapping[str, object]) -> Visibility:
    """Decide the visibility of a document by all of its fields, under any notation of their names.

    Dates are not judged here: a public item has a time from which it is public.
    """
    values = {
        name: value
        for name, value in ((field_name(str(name)), value) for name, value in document.items())
        if not is_empty(value)
    }
    for name in _STATUS_FIELDS:
        if name in values:
            status = parse_status(values[name])
            if status is None:
                reason = f"unknown status {str(values[name])[:40]!r}"
                return Visibility(ContentStatus.DRAFT, reason, is_understood=False)
            if status is not ContentStatus.PUBLISHED:
                return Visibility(status, f"status {status}")
    for name in _LOOSE_STATUS_FIELDS:
        status = _known_word(values.get(name))
        if status not in (None, ContentStatus.PUBLISHED):
            return Visibility(status, f"status {status}")
    return _judge_flags(values)


def _judge_flags(values: Mapping[str, object]) -> Visibility:
    """Decide by fields that say yes or no. A value that is not understood hides the item."""
    for names, status, reason in (
        (_ARCHIVING_FLAGS, ContentStatus.ARCHIVED, "archived or deleted"),
        (_HIDING_FLAGS, ContentStatus.DRAFT, "draft"),
        (_PASSWORDS, ContentStatus.DRAFT, "password"),
    ):
        if any(name in values and parse_flag(values[name]) is not False for name in names):
            return Visibility(status, reason)
    # MkDocs writes `hide: [toc]` for parts of a page, so only a plain yes counts.
    if parse_flag(values.get("hide")) is True:
        return Visibility(ContentStatus.DRAFT, "draft")
    for name in _PUBLIC_FLAGS:
        value = values.get(name)
        if parse_flag(value) is False or _known_word(value) is ContentStatus.DRAFT:
            return Visibility(ContentStatus.DRAFT, f"{name} is false")
    options = values.get(_BUILD_OPTIONS)
    if isinstance(options, Mapping):
        for name in ("render", "list"):
            option = options.get(name)
            if option == "never" or parse_flag(option) is False:
                return Visibility(ContentStatus.DRAFT, "not rendered")
    return PUBLIC


def _known_word(value: object) -> ContentStatus | None:
    return (
        _STATUS_BY_WORD.get(field_name(value.strip().casefold()))
        if isinstance(value, str)
        else None
    )


def is_empty(value: object) -> bool:
    """Check for a value that counts as missing."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())
