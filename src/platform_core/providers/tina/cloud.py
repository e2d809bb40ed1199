"""Read the change notices of TinaCloud: changed paths of one branch, without contents and times.

Its documentation names paths without an extension (`content/authors/bob`; tina.io, TinaCloud,
Webhooks). Whether it always does is unknown, so both forms are accepted.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from platform_core.errors import Malformed
from platform_core.provider_kit.parsing import Json
from platform_core.providers._git.files import front_matter, names
from platform_core.providers._git.host import GitHost
from platform_core.providers._git.push import Head
from platform_core.providers.tina.settings import Settings


def is_tinacloud_notice(body: Json) -> bool:
    """Check that a body is TinaCloud's and not a Git host's."""
    return "eventId" in body and "ref" not in body


def changed_paths(body: Json, settings: Settings) -> Sequence[str]:
    """Return the paths in our folders on the published branch. Raises `Malformed`."""
    paths = body.get("paths")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise Malformed("the change notice has no paths")
    if not is_for_branch(body, settings):
        return ()
    return [path for path in dict.fromkeys(paths) if settings.content_type_of(path)]


def is_for_branch(body: Json, settings: Settings) -> bool:
    """Check that a notice is about the published branch of this client's project."""
    # A webhook of another project can have the same secret, so compare the project.
    if settings.client_id and body.get("clientId") != settings.client_id:
        return False
    return bool(body.get("branch") == settings.branch)


def resolve_files(paths: Sequence[str], host: GitHost, head: Head) -> Iterator[str]:
    """Yield the files behind the paths: existing files, or else deleted ones."""
    tree = host.read_blob_ids_by_path(head.commit) if paths else {}
    for path in paths:
        if names.is_content_file(path):
            yield path
            continue
        matches = [
            candidate for candidate in tree if str(PurePosixPath(candidate).with_suffix("")) == path
        ]
        yield from matches or _deleted_files(path, host, head)


def _deleted_files(path: str, host: GitHost, head: Head) -> Iterator[str]:
    """Yield the deleted files that a path without an extension can refer to."""
    for suffix in sorted(front_matter.MARKDOWN | front_matter.DATA):
        # A deleted file is not in the tree, so try every extension in the history.
        if names.is_content_file(path + suffix) and host.read_last_change_time(
            path + suffix, head.commit
        ):
            yield path + suffix
