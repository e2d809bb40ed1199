"""The keys of objects in the buckets, and of the pointer store."""

from typing import Final

RELEASES: Final = "releases/"
"""Below it, every release has a folder of its own: `ReleaseRecord.folder`."""
RELEASES_KEPT: Final = 10
"""Releases that one can go back to, besides those that are in use."""
ASSETS: Final = "assets/"
ERROR_PAGE: Final = "errors/404.html"
RELEASE_MANIFEST: Final = "release.json"
RAW_BODIES: Final = "inbox/"
"""Large bodies of deliveries; they end after 90 days, the rows of the applied ones after 30."""
BODIES_SET_ASIDE: Final = "aside/"
"""Those of failed and quarantined deliveries; they end after 100 days, the rows after 90."""
CONTENT_BODIES: Final = "bodies/"
SNAPSHOTS: Final = "snapshots/"
DEV_CONTENT: Final = f"{SNAPSHOTS}dev.json"
"""The content for a server on a developer's machine. Each one replaces the former."""
SOURCES: Final = "source/"
PREVIEW_SOURCES: Final = f"{SOURCES}previews/"
"""The sources of previews; they end after 30 days, and a preview is built within minutes."""
COMMITS: Final = f"{SOURCES}commits/"
"""The archives of commits, of a site that renders its own repository; they end after 30 days."""
SITE_FACTS: Final = "site.json"
"""Written by a deploy: `feed.SiteFacts`, with the digest of the site's source. A build input."""

POINTER: Final = "live"
"""Key in the pointer store; its value is the folder of the live release."""
CLIENT_REDIRECTS: Final = "platform_redirects"
"""File of a release with the redirects of the client's file, in the form of `_redirects`."""
CLIENT_HEADERS: Final = "platform_headers"
"""The same for headers, in the form of `_headers`."""


def release_prefix(folder: str) -> str:
    """Return the key prefix of the files in the folder of a release."""
    return f"{RELEASES}{folder}/"


def build_folder(role_id: str, build_id: str) -> str:
    """Return the folder that only this build can write: the user id of its session at AWS.

    `build_id` is `<project>:<uuid>`. CodeBuild calls the session `AWSCodeBuild-<uuid>`.
    """
    return f"{role_id}:AWSCodeBuild-{build_id.rpartition(':')[2]}"


def source_key(digest: str) -> str:
    """Return the key of an archive that a deploy uploads, by the digest of its files."""
    return f"{SOURCES}{digest}.zip"


def preview_source_key(digest: str) -> str:
    """Return the key of the source of a preview, by the digest of its files."""
    return f"{PREVIEW_SOURCES}{digest}.zip"


def commit_key(digest: str) -> str:
    """Return the key of the archive of a commit, by the digest of its files."""
    return f"{COMMITS}{digest}.zip"
