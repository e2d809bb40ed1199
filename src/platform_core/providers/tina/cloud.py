"""What TinaCloud says: paths of one branch that changed, and neither what they hold nor when.

Its own example names them without an ending (`content/authors/bob`; tina.io, TinaCloud, Webhooks);
whether it always does is unknown, so both are read.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from platform_core.errors import Malformed
from platform_core.providers._git import files
from platform_core.providers._git.host import Host
from platform_core.providers._git.push import Head
from platform_core.providers.reading import Json
from platform_core.providers.tina.settings import Settings


def is_hint(body: Json) -> bool:
    """Whether this is TinaCloud's body and no Git host's."""
    return "eventId" in body and "ref" not in body


def told(body: Json, settings: Settings) -> Sequence[str]:
    """The paths in our folders, of our project's published branch. Raises `Malformed`."""
    given = body.get("paths")
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise Malformed("the hint names no paths")
    if settings.client_id and body.get("clientId") != settings.client_id:
        return ()
    if body.get("branch") != settings.branch:
        return ()
    return [path for path in dict.fromkeys(given) if settings.type_of(path)]


def resolved(paths: Sequence[str], host: Host, head: Head) -> Iterator[str]:
    """The files that are meant: there now, or else there once."""
    tree = host.tree(head.commit) if paths else {}
    for path in paths:
        if files.is_content(path):
            yield path
            continue
        meant = [each for each in tree if str(PurePosixPath(each).with_suffix("")) == path]
        yield from meant or _gone(path, host, head)


def _gone(path: str, host: Host, head: Head) -> Iterator[str]:
    for ending in sorted(files.MARKDOWN | files.DATA):
        if files.is_content(path + ending) and host.changed_at(path + ending, head.commit):
            yield path + ending
