"""Read the facts in a file's path: slug, title, day, language, and whether it is public."""

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final

from platform_core.content.page_links import HOME
from platform_core.content.slugs import decode_escapes
from platform_core.provider_kit.locales import is_locale
from platform_core.providers._git.files.front_matter import DATA, MARKDOWN

_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml", ".njk", ".liquid"})
"""Endings of a template language before the last one: `about.html.md`."""
_NO_LOCALES: Final = frozenset({"io", "co"})
"""Codes that are rather part of a name, as in `socket.io.md`."""
_HIDDEN_FOLDERS: Final = frozenset({"_drafts", "drafts", "draft", "_private", "private", "trash"})
_DAY: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:[-_ ]+(?P<rest>.+))?", re.DOTALL)


def is_content_file(path: str) -> bool:
    """Check that a file is content. `_index.md` and similar files describe a folder instead."""
    file_path = PurePosixPath(path)
    # `..` would lead out of the content folder.
    hidden = file_path.name.startswith(("_", ".")) or ".." in file_path.parts
    return file_path.suffix.lower() in MARKDOWN | DATA and not hidden


def is_content_path(path_in_folder: str) -> bool:
    """Check that a path in a content folder leads to content: no part of it is hidden."""
    folders = PurePosixPath(path_in_folder).parts[:-1]
    return not any(part.startswith((".", "_")) and part not in _HIDDEN_FOLDERS for part in folders)


def is_in_hidden_folder(path: str) -> bool:
    """Check that a file is in a folder for drafts, such as Jekyll's `_drafts`."""
    return any(part.lower() in _HIDDEN_FOLDERS for part in PurePosixPath(path).parts[:-1])


def file_slug(path_in_folder: str, content_type: str = "") -> str:
    """Return the slug of a file: its name, or the name of its folder for an index file.

    The index of all pages is the home page. The result is still to be spelled for a URL.
    """
    name = _name(path_in_folder)
    if name != "index":
        return name
    parents = [part for part in PurePosixPath(path_in_folder).parts[:-1] if not is_locale(part)]
    if parents:
        return _without_day(parents[-1])
    return HOME if content_type == "page" else ""


def former_file_slug(path: str) -> str:
    """Return the text of which releases before 0.2 made the slug: the name up to its first dot."""
    file_path = PurePosixPath(path)
    name = file_path.name.partition(".")[0]
    return file_path.parent.name if name == "index" else name


def file_title(slug: str) -> str | None:
    """Return the words of a file's name as a title: `about-our-clay` is "About our clay"."""
    words = " ".join(re.split(r"[-_\s]+", decode_escapes(slug))).strip()
    return words[:1].upper() + words[1:] or None


def file_day(path: str) -> datetime | None:
    """Return the day at the beginning of a file's name, as Jekyll requires it for posts."""
    match = _DAY.fullmatch(_stem(path)[0])
    try:
        return datetime.strptime(match["day"], "%Y-%m-%d").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def file_locale(path_in_folder: str) -> str | None:
    """Return the language of a file: `de` for `de/about.md` and for `about.de.md`."""
    suffix = _stem(path_in_folder)[1]
    folders = PurePosixPath(path_in_folder).parts[:-1]
    return suffix or next((part for part in folders if is_locale(part)), None)


def translation_key(path_in_folder: str) -> str:
    """Return a path without its language, which is equal for all translations of a file."""
    file_path = PurePosixPath(path_in_folder)
    folders = [part for part in file_path.parts[:-1] if not is_locale(part)]
    return "/".join([*folders, _stem(path_in_folder)[0]])


def _name(path: str) -> str:
    """Return a file's name without its endings, its language and its day."""
    return _without_day(_stem(path)[0])


def _without_day(name: str) -> str:
    match = _DAY.fullmatch(name)
    return match["rest"] if match and match["rest"] else name


def _stem(path: str) -> tuple[str, str | None]:
    """Return a file's name without known endings, and the language among them, if any."""
    name, locale = PurePosixPath(path), None
    stem = name.stem if name.suffix.lower() in MARKDOWN | DATA else name.name
    while True:
        base, dot, ending = stem.rpartition(".")
        if not (dot and base):
            return stem, locale
        if locale is None and is_locale(ending) and ending not in _NO_LOCALES:
            locale = ending
        elif f".{ending.lower()}" not in _ENDINGS:
            return stem, locale
        stem = base
