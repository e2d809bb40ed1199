"""Read published entries and their linked documents from Contentful's delivery API.

The API is behind a cache that a publication purges. It can lag by seconds, which its revisions
reveal. There is no uncached alternative: the preview API returns drafts, and is for previews only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from platform_core.contract import DRAFTS_TOKEN
from platform_core.errors import VendorUnavailable
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.pagination import PageGuard
from platform_core.provider_kit.parsing import Json
from platform_core.providers.contentful.settings import Settings

PAGE: Final = 100
LINK_DEPTH: Final = 2
"""Number of links to follow: to an entry that a text embeds, and to the picture of this entry."""
MAX_IDS: Final = 50
"""Maximum number of ids in one request, which keeps the URL short enough."""
_RESOURCES: Final = {"Entry": "entries", "Asset": "assets"}


@dataclass(frozen=True, slots=True)
class LinkedDocuments:
    """The documents that entries link to, by type (`Entry`, `Asset`) and id."""

    documents: dict[tuple[str, str], Json] = field(default_factory=dict)

    @classmethod
    def from_documents(cls, documents: Iterable[Json]) -> "LinkedDocuments":
        return cls({document_key(document): document for document in documents})

    def find_link_target(self, value: object) -> Json | None:
        """Return the published document that a link points to."""
        link = parse_link(value)
        return self.documents.get(link) if link else None


def document_key(document: Json) -> tuple[str, str]:
    """Return the type and id of an entry or an asset."""
    sys = parsing.parse_object(document.get("sys"))
    return str(sys.get("type")), str(sys.get("id"))


def parse_link(value: object) -> tuple[str, str] | None:
    """Parse the type and id that a link points to. None if the value is not a link."""
    sys = parsing.parse_object(parsing.parse_object(value).get("sys"))
    kind, name = sys.get("linkType"), sys.get("id")
    if sys.get("type") != "Link" or not isinstance(kind, str) or not isinstance(name, str):
        return None
    return kind, name


def fetch_entry(context: Context, entry_id: str) -> tuple[Json, LinkedDocuments] | None:
    """Fetch a published entry with its linked documents. None if it is not published."""
    answer = _get_json(
        context, "entries", {"sys.id": entry_id, "include": str(LINK_DEPTH), "locale": "*"}
    )
    entries = parsing.parse_objects(answer.get("items"))
    return (entries[0], _collect_response_documents(answer)) if entries else None


def fetch_environment_id(context: Context) -> str | None:
    """Return the id of the site's environment as its entries name it, even behind an alias."""
    answer = _get_json(context, "entries", {"limit": "1", "include": "0"})
    for entry in parsing.parse_objects(answer.get("items")):
        link = parse_link(parsing.parse_object(entry.get("sys")).get("environment"))
        return link[1] if link else None
    return None


def list_linking_entries(
    context: Context, kind: str, document_id: str
) -> Iterator[tuple[Json, LinkedDocuments]]:
    """Yield the published entries that link to an entry or an asset."""
    query = {
        f"links_to_{kind.lower()}": document_id,
        "include": str(LINK_DEPTH),
        "locale": "*",
        "order": "sys.id",
    }
    skip, guard = 0, PageGuard()
    while True:
        answer = _get_json(context, "entries", query | {"limit": str(PAGE), "skip": str(skip)})
        entries = parsing.parse_objects(answer.get("items"))
        links = _collect_response_documents(answer)
        yield from ((entry, links) for entry in entries)
        skip += PAGE
        if skip >= (parsing.parse_integer(answer.get("total")) or 0):
            return
        guard.check_page(entries)


def fetch_linked(context: Context, document: Json) -> LinkedDocuments:
    """Fetch the linked documents of a document that the API does not return itself."""
    known: dict[tuple[str, str], Json] = {}
    newest = [document]
    for _ in range(LINK_DEPTH):
        links = {link for found in newest for link in _find_links(found.get("fields"))}
        newest = list(_fetch_documents(context, links - known.keys()))
        known |= {document_key(found): found for found in newest}
    return LinkedDocuments(known)


def list_entries_and_assets(context: Context) -> Iterator[Json]:
    """Yield every published entry and asset, page by page through the sync API.

    Each listing starts from the beginning, so the final cursor (`nextSyncUrl`) only proves that the
    listing is complete. Raises `VendorUnavailable` if it ends without one.
    """
    page, guard = _get_json(context, "sync", {"initial": "true"}), PageGuard()
    while True:
        documents, token = (
            parsing.parse_objects(page.get("items")),
            _parse_sync_token(page.get("nextPageUrl")),
        )
        yield from documents
        if token is None:
            break
        guard.check_page(documents, token)
        page = _get_json(context, "sync", {"sync_token": token})
    # Only the final page has this link. Without it, missing entries would look deleted.
    if not page.get("nextSyncUrl"):
        raise VendorUnavailable("the listing ends early")


def list_drafts(context: Context) -> Iterator[Json]:
    """Yield every entry and asset as its editors see it, page by page.

    The preview API is searched, because it has no sync API: contentful.com/developers/docs, Preview
    API, read 2026-12-01.
    """
    for resource in _RESOURCES.values():
        skip, guard = 0, PageGuard()
        query = {"include": "0", "locale": "*", "order": "sys.id", "limit": str(PAGE)}
        while True:
            answer = _get_json(context, resource, query | {"skip": str(skip)})
            documents = parsing.parse_objects(answer.get("items"))
            yield from map(_with_revision, documents)
            skip += PAGE
            if skip >= (parsing.parse_integer(answer.get("total")) or 0):
                break
            guard.check_page(documents)


def _with_revision(document: Json) -> Json:
    """Return a document with a number of publications, which is 0 before the first one."""
    return {**document, "sys": {"revision": 0, **parsing.parse_object(document.get("sys"))}}


def _fetch_documents(context: Context, links: Iterable[tuple[str, str]]) -> Iterator[Json]:
    """Fetch entries and assets by their types and ids."""
    for kind, resource in _RESOURCES.items():
        names = sorted(name for link_kind, name in links if link_kind == kind)
        for start in range(0, len(names), MAX_IDS):
            yield from _fetch_by_ids(context, resource, names[start : start + MAX_IDS])


def _fetch_by_ids(context: Context, resource: str, names: list[str]) -> list[Json]:
    """Fetch entries or assets by their ids."""
    query = {"sys.id[in]": ",".join(names), "limit": str(MAX_IDS), "include": "0", "locale": "*"}
    return parsing.parse_objects(_get_json(context, resource, query).get("items"))


def _collect_response_documents(answer: Json) -> LinkedDocuments:
    """Collect the documents of a response, including the linked ones."""
    includes = parsing.parse_object(answer.get("includes"))
    included = [
        document for kind in _RESOURCES for document in parsing.parse_objects(includes.get(kind))
    ]
    return LinkedDocuments.from_documents([*included, *parsing.parse_objects(answer.get("items"))])


def _find_links(value: object) -> Iterator[tuple[str, str]]:
    """Yield the links anywhere inside a value."""
    if link := parse_link(value):
        yield link
    elif isinstance(value, dict):
        for item in value.values():
            yield from _find_links(item)
    elif isinstance(value, list):
        for item in value:
            yield from _find_links(item)


def _parse_sync_token(url: object) -> str | None:
    """Parse the cursor in a URL of the vendor. Never follow the URL itself."""
    sync_url = parsing.parse_url(url)
    tokens = parse_qs(urlsplit(sync_url).query).get("sync_token") if sync_url else None
    return tokens[0] if tokens else None


def _get_json(context: Context, resource: str, query: dict[str, str]) -> Json:
    settings = cast("Settings", context.settings)
    token = context.secret(DRAFTS_TOKEN if context.drafts else "read_token")
    host = settings.host("preview" if context.drafts else "cdn")
    response = context.http(
        "GET",
        f"https://{host}/spaces/{settings.space_id}/environments/"
        f"{settings.environment}/{resource}?{urlencode(query)}",
        headers={"authorization": f"Bearer {token}"},
    )
    return parsing.parse_object(parsing.parse_response(response, absent=()))
