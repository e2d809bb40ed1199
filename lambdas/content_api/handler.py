"""GET /content?content_type=&provider=&status=&limit=&cursor=, and one item by its id:
GET /content/{id} or GET /content?id=.

The response holds only content that a site may show. An invalid request gets a constant 400, a
missing item a constant 404. A response never exceeds Lambda's limit: a listing ends early with a
cursor, and an item with a larger body comes without `body`.
"""

import json
import os
from typing import Any
from urllib.parse import unquote

from lambdas.content_api import cursor
from lambdas.content_api.answer import Page, item_json
from lambdas.runtime import env
from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.log import make_logger
from platform_core.content.http_api import BAD_REQUEST, LARGEST_LIMIT, LIMIT, NOT_FOUND
from platform_core.content.ids import is_content_id
from platform_core.content.model import ContentStatus, ContentType, UnifiedContent, sort_key

MAX_INDEX_PAGES = 20
"""Pages of the index that one response may read: a filter can leave few items of each."""

settings = env.read_content_api(os.environ)
log = make_logger("content-api", settings.client)
store = DynamoContent(
    clients.client("dynamodb"),
    clients.client("s3"),
    table=settings.content_table,
    bucket=settings.data_bucket,
    client_id=settings.client.client_id,
)


class BadRequest(Exception):
    """The query is invalid."""


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one request of the HTTP API, payload version 2.0."""
    query = event.get("queryStringParameters") or {}
    path_id = (event.get("pathParameters") or {}).get("id")
    is_listing = path_id is None and "id" not in query
    try:
        if path_id is not None:
            # The gateway decodes some paths and not others.
            status, body = _get_item((path_id, unquote(path_id)), _item_filters(query), query)
        else:
            status, body = _list_items(query) if is_listing else _get_item_by_query(query)
    except BadRequest:
        status, body = 400, _error_json(BAD_REQUEST)
    log.info("content", extra={"status": status, "listing": is_listing})
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": body,
    }


def _list_items(query: dict[str, str]) -> tuple[int, str]:
    active = _filters(query)
    content_type = active.get("content_type")
    page = Page(_limit(query.get("limit")))
    key, next_cursor = _start_key(query.get("cursor"), content_type), None
    for pages_read in range(1, MAX_INDEX_PAGES + 1):
        items, key = store.page(content_type, page.remaining, key)
        for item in items:
            if _matches(item, active) and not page.add(item):
                return 200, page.to_json(active, pages_read, next_cursor)
            next_cursor = cursor.encode_after(item, settings.client.client_id)
        next_cursor = cursor.encode(key) if key else None
        if key is None or not page.remaining:
            break
    return 200, page.to_json(active, pages_read, next_cursor)


def _filters(query: dict[str, str]) -> dict[str, str]:
    """Return the filters of a listing. Raises `BadRequest` for an invalid one."""
    filters = {
        "content_type": _enum_value(_content_type(query), ContentType),
        "provider": _non_empty(query.get("provider")),
        "status": _enum_value(query.get("status"), ContentStatus),
    }
    return {name: value for name, value in filters.items() if value}


def _item_filters(query: dict[str, str]) -> dict[str, str]:
    """Return the filters of an item that the path names. An invalid one matches no item."""
    filters = {"content_type": _content_type(query), "provider": query.get("provider")}
    return {name: value for name, value in filters.items() if value is not None}


def _matches(item: UnifiedContent, filters: dict[str, str]) -> bool:
    """Return whether an item passes the filters."""
    values = {
        "content_type": item.content_type,
        "provider": item.provider_name,
        "status": item.status,
    }
    return all(values[name] == value for name, value in filters.items())


def _get_item_by_query(query: dict[str, str]) -> tuple[int, str]:
    """Return the item of the parameter `id`. Validates the other parameters as a listing does."""
    active = _filters(query)
    _limit(query.get("limit"))
    _start_key(query.get("cursor"), active.get("content_type"))
    return _get_item((_non_empty(query["id"]) or "",), active, query)


def _get_item(
    spellings: tuple[str, ...], filters: dict[str, str], query: dict[str, str]
) -> tuple[int, str]:
    """Return the item whose id has one of these spellings.

    Two providers may use the same id; the query then chooses one.
    """
    sort = query.get("content_type_provider")
    for content_id in dict.fromkeys(spellings):
        if not is_content_id(content_id):
            continue
        for item in store.find_by_id(content_id):
            is_chosen = sort in (None, sort_key(item.content_type, item.provider_name))
            if is_chosen and _matches(item, filters):
                return 200, item_json(item)
    return 404, _error_json(NOT_FOUND)


def _error_json(message: str) -> str:
    return json.dumps({"error": message}, separators=(",", ":"))


def _content_type(query: dict[str, str]) -> str | None:
    return query.get("content_type", query.get("type"))


def _enum_value(text: str | None, values: type[ContentType] | type[ContentStatus]) -> str | None:
    if text is not None and text not in {member.value for member in values}:
        raise BadRequest
    return text


def _non_empty(text: str | None) -> str | None:
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


def _start_key(text: str | None, content_type: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        return cursor.decode(text, settings.client.client_id, content_type)
    except ValueError:
        raise BadRequest from None
