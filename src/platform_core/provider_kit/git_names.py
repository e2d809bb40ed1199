"""Names of branches and folders, by the rules of Git.

Source: `git help check-ref-format` of Git 2.47, read on 2026-11-30. Folders may have any name that
a path can have: letters of any script, spaces and signs.
"""

import re
import unicodedata
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, WithJsonSchema

MAX_LENGTH: Final = 200
_NOT_IN_BRANCH: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_NOT_IN_FOLDER: Final = re.compile(r"[\x00-\x1f\x7f\\]|//")
_NAMES: Final = {" ": "a space", "\\": "a backslash", "//": "an empty name between two slashes"}


def check_branch(name: str) -> str:
    """Validate the name of a branch. Raises `ValueError` with the part that Git refuses."""
    if refused := _NOT_IN_BRANCH.search(name):
        raise ValueError(_contains(name, "branch", refused[0]))
    parts = name.split("/")
    if name in {"", "@"} or "" in parts or name.startswith("-"):
        raise ValueError(f"{name!r} cannot be the name of a branch")
    if any(part.startswith(".") or part.endswith((".lock", ".")) for part in parts):
        raise ValueError(
            f"{name!r} cannot be a branch: no part starts or ends with a dot, or ends with .lock"
        )
    return name


def check_folder(path: str) -> str:
    """Validate the path of a folder in a repository; returns it without slashes around it.

    Accents are composed (NFC), as Git stores the names that other systems than macOS create.
    Raises `ValueError` with the part that cannot be in a path.
    """
    folder = unicodedata.normalize("NFC", path.strip().removeprefix("./").strip("/"))
    if refused := _NOT_IN_FOLDER.search(folder):
        raise ValueError(_contains(path, "folder", refused[0]))
    if not folder or any(part in {".", "..", ".git"} for part in folder.split("/")):
        raise ValueError(f"{path!r} is not the path of a folder below the repository's root")
    return folder


def _contains(name: str, kind: str, refused: str) -> str:
    shown = _NAMES.get(refused) or (
        repr(refused) if refused.isprintable() else f"U+{ord(refused):04X}"
    )
    return f"{name!r} cannot be the name of a {kind}: it contains {shown}"


def _json_text(pattern: str) -> WithJsonSchema:
    schema: dict[str, Any] = {"type": "string", "maxLength": MAX_LENGTH, "pattern": pattern}
    return WithJsonSchema(schema)


Branch = Annotated[
    str,
    Field(max_length=MAX_LENGTH),
    AfterValidator(check_branch),
    _json_text(r"^[^\x00-\x20\x7f~^:?*\[\\]+$"),
]
Folder = Annotated[
    str,
    Field(max_length=MAX_LENGTH),
    AfterValidator(check_folder),
    _json_text(r"^[^\x00-\x1f\x7f\\]+$"),
]
