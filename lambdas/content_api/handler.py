"""GET /content?content_type=&provider=&status=&limit=&cursor= and GET /content/{id}.

The answer holds what a site may show and no more; a request that is not understood gets a
constant 400, an item that is not there a constant 404. An answer is never larger than Lambda can
hand over: a listing ends earlier and says where it goes on, and an item whose body no answer can
carry comes without `body`.
"""

import json
import os
from typing import Any
from urllib.parse import unquote

from lambdas.content_api import cursor
from lambdas.content_api.answer import Listing, as_json
from lambdas.runtime import aws, env
from lambdas.runtime.content_store import DynamoContent
from lambdas.runtime.door import door
from lambdas.runtime.log import logger
from platform_core.content import ContentStatus, ContentType, UnifiedContent, sort_key
from platform_core.content_api import BAD_REQUEST, LARGEST_LIMIT, LIMIT, NOT_FOUND
from platform_core.provider import is_content_id

ROUNDS = 20
"""Pages of the index that one answer may read: a filter can leave few of each."""

settings = env.content_api(os.environ)
log = logger("content-api", settings.client)
store = DynamoContent(
    aws.client("dynamodb"),
    aws.client("s3"),
    table=settings.content_table,
    bucket=settings.data_bucket,
    client_id=settings.client.client_id,
)


class BadRequest(Exception):
    """The query is not understood."""


@door(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One request of the HTTP API, payload version 2.0."""
    query = event.get("queryStringParameters") or {}
    wanted = (event.get("pathParameters") or {}).get("id")
    try:
        status, body = _list(query) if wanted is None else _one(wanted, query)
    except BadRequest:
        status, body = 400, _error(BAD_REQUEST)
    log.info("content", extra={"status": status, "listing": wanted is None})
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": body,
    }


def _list(query: dict[str, str]) -> tuple[int, str]:
    kind = _word(_kind(query), ContentType)
    filters = {
        "content_type": kind,
        "provider": _some(query.get("provider")),
        "status": _word(query.get("status"), ContentStatus),
    }
    given = {name: value for name, value in filters.items() if value}
    listing = Listing(_limit(query.get("limit")))
    key, goes_on = _after(query.get("cursor"), kind), None
    for pages in range(1, ROUNDS + 1):
        page, key = store.page(kind, listing.lacks, key)
        for item in page:
            if _fits(item, given) and not listing.take(item):
                return 200, listing.as_json(given, pages, goes_on)
            goes_on = cursor.after(item, settings.client.client_id)
        goes_on = cursor.write(key) if key else None
        if key is None or not listing.lacks:
            break
    return 200, listing.as_json(given, pages, goes_on)


def _fits(item: UnifiedContent, given: dict[str, str]) -> bool:
    """The index knows the type; the rest is looked at here."""
    provider, status = item.provider_name, item.status
    return given.get("provider", provider) == provider and given.get("status", status) == status


def _one(named: str, query: dict[str, str]) -> tuple[int, str]:
    """An id is one item's but for two providers that name alike; the query then says which. The
    gateway may have decoded the path or not."""
    kind, provider = _kind(query), query.get("provider")
    sort = query.get("content_type_provider")
    for content_id in dict.fromkeys((named, unquote(named))):
        if not is_content_id(content_id):
            continue
        for item in store.named(content_id):
            its = {item.content_type: kind, item.provider_name: provider, _sort(item): sort}
            if all(asked in (None, own) for own, asked in its.items()):
                return 200, as_json(item)
    return 404, _error(NOT_FOUND)


def _error(words: str) -> str:
    return json.dumps({"error": words}, separators=(",", ":"))


def _sort(item: UnifiedContent) -> str:
    return sort_key(item.content_type, item.provider_name)


def _kind(query: dict[str, str]) -> str | None:
    return query.get("content_type", query.get("type"))


def _word(text: str | None, of: type[ContentType] | type[ContentStatus]) -> str | None:
    if text is not None and text not in {each.value for each in of}:
        raise BadRequest
    return text


def _some(text: str | None) -> str | None:
    if text == "":
        raise BadRequest
    return text


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (
        text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_LIMIT
    ):
        raise BadRequest
    return int(text)


def _after(text: str | None, kind: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        return cursor.read(text, settings.client.client_id, kind)
    except ValueError:
        raise BadRequest from None
