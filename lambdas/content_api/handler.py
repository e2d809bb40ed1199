"""GET /content?type=&provider=&status=&limit=&cursor= and GET /content/{id}.

The answer holds what a site may show and no more; a request that is not understood gets a
constant 400, an item that is not there a constant 404.
"""

import os
from typing import Any
from urllib.parse import unquote

from lambdas.content_api import cursor
from lambdas.runtime import aws, env
from lambdas.runtime.content_store import DynamoContent
from lambdas.runtime.door import door
from lambdas.runtime.log import logger
from platform_core.content import ContentStatus, ContentType, UnifiedContent

LIMIT, LARGEST = 100, 500
ROUNDS = 20
"""Pages of the index that one answer may read: a filter can leave few of each."""

log = logger("content-api")
settings = env.content_api(os.environ)
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
        status, body = _list(query) if wanted is None else _one(unquote(wanted), query)
    except BadRequest:
        status, body = 400, '{"error":"Bad request"}'
    log.info("content", extra={"status": status, "listing": wanted is None})
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": body,
    }


def _list(query: dict[str, str]) -> tuple[int, str]:
    kind = _word(query.get("type") or query.get("content_type"), ContentType)
    status = _word(query.get("status"), ContentStatus)
    provider = query.get("provider")
    limit = _limit(query.get("limit"))
    after = _after(query.get("cursor"))
    items: list[UnifiedContent] = []
    for _ in range(ROUNDS):
        page, after = store.page(kind, limit - len(items), after)
        items += [
            item
            for item in page
            if (not provider or item.provider_name == provider)
            and (not status or item.status == status)
        ]
        if after is None or len(items) >= limit:
            break
    listed = ",".join(_json(item) for item in items)
    following = f'"{cursor.write(after)}"' if after else "null"
    return 200, f'{{"items":[{listed}],"count":{len(items)},"cursor":{following}}}'


def _one(content_id: str, query: dict[str, str]) -> tuple[int, str]:
    """An id is one item's but for two providers that name alike; the query then says which."""
    kind, provider = query.get("type") or query.get("content_type"), query.get("provider")
    for item in store.named(content_id) if len(content_id.encode()) <= 1024 and content_id else ():
        if kind in (None, item.content_type) and provider in (None, item.provider_name):
            return 200, _json(item)
    return 404, '{"error":"Content not found"}'


def _json(item: UnifiedContent) -> str:
    """Money as decimal text, times as ISO-8601; the vendor's raw data stays inside."""
    return item.model_dump_json(exclude={"provider_data"})


def _word(text: str | None, of: type[ContentType] | type[ContentStatus]) -> str | None:
    if text and text not in {each.value for each in of}:
        raise BadRequest
    return text or None


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST):
        raise BadRequest
    return int(text)


def _after(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        return cursor.read(text)
    except ValueError:
        raise BadRequest from None
