"""The content API as whoever asks it may rely on it: its routes, its limits, its OpenAPI document.

The gateway takes its routes from here, the function its limits, and both are asked what the
document promises (`tests/lambdas/test_openapi.py`).
"""

from typing import Any, Final

from platform_core.content import ContentStatus, ContentType, UnifiedContent
from platform_core.provider import LARGEST_ID

Json = dict[str, Any]

LISTING: Final = "GET /content"
ONE: Final = "GET /content/{id+}"
ROUTES: Final = (LISTING, ONE)
"""As the gateway wants them; all want a SigV4 signature."""
LIMIT: Final = 100
LARGEST_LIMIT: Final = 1000
BAD_REQUEST: Final = "Bad request"
NOT_FOUND: Final = "Content not found"
_SIGNED: Final = "sigv4"


def document() -> Json:
    """OpenAPI 3.1. The address is a client's own: `content_api_url` of `platform status`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Content API",
            "version": "1.0",
            "description": "The unified content of one client's site, in event-driven mode.",
        },
        "servers": [{"url": "{address}", "variables": {"address": {"default": "/"}}}],
        "security": [{_SIGNED: []}],
        "paths": {"/content": {"get": _listing()}, "/content/{id}": {"get": _one()}},
        "components": {
            "schemas": {"Listing": _listing_schema(), "Error": _error_schema(), **_item_schemas()},
            "securitySchemes": {
                _SIGNED: {
                    "type": "apiKey",
                    "in": "header",
                    "name": "authorization",
                    "description": "AWS Signature Version 4, of the service `execute-api`.",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                }
            },
        },
    }


def _listing() -> Json:
    return {
        "operationId": "listContent",
        "summary": "Items, a page at a time, as the index has them: a little late.",
        "parameters": [
            _query("content_type", {"enum": [*ContentType]}, "Items of this type only."),
            _query("type", {"enum": [*ContentType]}, "The same; `content_type` wins."),
            _query("provider", {"minLength": 1}, "Items of this provider only."),
            _query("status", {"enum": [*ContentStatus]}, "Items of this status only."),
            _query(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": LIMIT},
                "At most so many; a page may hold fewer, and go on.",
            ),
            _query("cursor", {"minLength": 1}, "`cursor` of the page before, with its filters."),
        ],
        "responses": {
            "200": _answer("A page.", "Listing"),
            "400": _answer(f"The query is not understood: `{BAD_REQUEST}`.", "Error"),
            **_by_the_gateway(),
        },
    }


def _one() -> Json:
    named = {"name": "id", "in": "path", "required": True, "schema": _text({"minLength": 1})}
    return {
        "operationId": "readContent",
        "summary": "One item, read past every cache.",
        "description": "Two providers may name an item alike; the query then says which is meant. "
        "An item whose body no answer can carry (5 MB) comes without `body`.",
        "parameters": [
            {**named, "description": f"`id` of the item: at most {LARGEST_ID} bytes."},
            _query("content_type", {"minLength": 1}, "Its type."),
            _query("type", {"minLength": 1}, "The same; `content_type` wins."),
            _query("provider", {"minLength": 1}, "Its provider."),
            _query("content_type_provider", {"minLength": 1}, "Both, as `product#provider`."),
        ],
        "responses": {
            "200": _answer("The item.", "Item"),
            "404": _answer(f"There is none: `{NOT_FOUND}`.", "Error"),
            **_by_the_gateway(),
        },
    }


def _query(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": _text(schema)}


def _text(schema: Json) -> Json:
    return {"type": "string", **schema}


def _answer(description: str, schema: str) -> Json:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"description": description, "content": {"application/json": content}}


def _by_the_gateway() -> Json:
    """What is answered before the function is asked."""
    return {
        "403": {"description": "Not signed, or by somebody who may not read: the gateway's words."},
        "429": {"description": "Too many requests at once: the gateway's words."},
        "503": {"description": "The function cannot be had just now: the gateway's words."},
    }


def _listing_schema() -> Json:
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    return _object(
        content={"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        count={**count, "maximum": LARGEST_LIMIT},
        filters={
            "type": "object",
            "properties": dict.fromkeys(("content_type", "provider", "status"), text),
            "additionalProperties": False,
        },
        query_stats=_object(pages_read=count),
        cursor={"type": ["string", "null"], "description": "Null: this page is the last."},
    )


def _error_schema() -> Json:
    return _object(error={"type": "string", "enum": [BAD_REQUEST, NOT_FOUND]})


def _item_schemas() -> Json:
    """The item as it is answered: without the vendor's raw data, and at times without its body."""
    schema = UnifiedContent.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    parts = schema.pop("$defs")
    del schema["properties"]["provider_data"]
    schema["required"] = [
        name for name in schema["required"] if name not in {"provider_data", "body"}
    ]
    return {"Item": {**schema, "title": "Item"}, **parts}


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }
