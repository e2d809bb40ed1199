"""Fetch the documents that a text refers to, so that links and embedded documents can be shown."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import urlencode

from platform_core.contract import DRAFTS_TOKEN
from platform_core.provider import Context
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers.sanity.assets import is_asset_id
from platform_core.providers.sanity.connect import variant_ids
from platform_core.providers.sanity.settings import Settings

LINKED_QUERY: Final = "*[_id in $ids]"
MAX_IDS: Final = 100
"""Maximum number of ids in one request, which keeps the URL short enough."""


def run_query(context: Context, query: str, **parameters: object) -> Any:
    """Query the origin (never the CDN, which can be stale), for a preview with its drafts."""
    settings = cast("Settings", context.settings)
    # `published` hides drafts, which a token with more rights would return as well.
    perspective = settings.drafts_perspective if context.drafts else "published"
    token = context.secret(DRAFTS_TOKEN if context.drafts else "read_token")
    query_parameters = {"query": query, "perspective": perspective} | {
        f"${name}": json.dumps(value) for name, value in parameters.items()
    }
    response = context.http(
        "GET",
        f"https://{settings.project_id}.api.sanity.io/v{settings.api_version}/data/query/"
        f"{settings.dataset}?{urlencode(query_parameters)}",
        headers={"authorization": f"Bearer {token}"},
    )
    return parsing.parse_object(parsing.parse_response(response, absent=())).get("result")


def fetch_linked(context: Context, documents: Iterable[Json]) -> Mapping[str, Json]:
    """Fetch the documents that these documents show: in their texts, and as their variants."""
    names = sorted(
        {
            name
            for document in documents
            for name in (*_find_text_references(document), *variant_ids(document))
        }
    )
    return {
        str(linked.get("_id")): linked
        for start in range(0, len(names), MAX_IDS)
        for linked in parsing.parse_objects(
            run_query(context, LINKED_QUERY, ids=names[start : start + MAX_IDS])
        )
    }


def find_reference(value: object) -> str | None:
    """Return the id of the first document that a value refers to, at any depth."""
    return next(find_references(value), None)


def find_references(value: object) -> Iterator[str]:
    """Yield the ids of the documents that a value refers to. Assets are no documents."""
    match value:
        case {"_ref": str(name)} if not is_asset_id(name):
            yield name
        case dict():
            for entry in value.values():
                yield from find_references(entry)
        case list():
            for entry in value:
                yield from find_references(entry)


def _find_text_references(value: object) -> Iterator[str]:
    """Yield the references inside of texts and sections. A list of references needs none."""
    if isinstance(value, dict):
        for entry in value.values():
            yield from _find_text_references(entry)
    elif isinstance(value, list):
        types = {str(entry.get("_type")) for entry in parsing.parse_objects(value)}
        if types - {"None", "reference", "image"}:
            yield from find_references(value)
        else:
            for entry in value:
                yield from _find_text_references(entry)
