"""The interface of the content API: its routes, its limits and its OpenAPI document.

The gateway takes its routes from here and the function its limits. A test compares both with the
document (`tests/lambdas/test_openapi.py`).
"""

from typing import Any, Final

from platform_core.content.ids import LARGEST_ID
from platform_core.content.model import ContentStatus, ContentType, UnifiedContent

Json = dict[str, Any]

LIST_ROUTE: Final = "GET /content"
ITEM_ROUTE: Final = "GET /content/{id+}"
ROUTES: Final = (LIST_ROUTE, ITEM_ROUTE)
"""In the gateway's notation. All of them require a SigV4 signature."""
LIMIT: Final = 100
LARGEST_LIMIT: Final = 1000
BAD_REQUEST: Final = "Bad request"
NOT_FOUND: Final = "Content not found"
_SIGNED: Final = "sigv4"


def openapi_document() -> Json:
    """Return the OpenAPI 3.1 document. `platform status` shows the URL as `content_api_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Content API",
            "version": "1.0",
            "description": "The unified content of one client's site, in event-driven mode.",
        },
        "servers": [{"url": "{address}", "variables": {"address": {"default": "/"}}}],
        "security": [{_SIGNED: []}],
        "paths": {
            "/content": {"get": _list_operation()},
            "/content/{id}": {"get": _read_operation()},
        },
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


def _list_operation() -> Json:
    return {
        "operationId": "listContent",
        "summary": "List items by page, from an index that can be a few seconds old.",
        "description": "With `id`: read this one item, without any cache, like `/content/{id}`. "
        "An id with `/`, `?` or `#` is safe here, and not in every path.",
        "parameters": [
            _query_parameter("id", {"minLength": 1}, "Read the item of this id instead."),
            _query_parameter("content_type", {"enum": [*ContentType]}, "Only items of this type."),
            _query_parameter(
                "type", {"enum": [*ContentType]}, "Same; `content_type` takes precedence."
            ),
            _query_parameter("provider", {"minLength": 1}, "Only items of this provider."),
            _query_parameter("status", {"enum": [*ContentStatus]}, "Only items of this status."),
            _query_parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": LIMIT},
                "Maximum number of items. A page can have fewer and still not be the last.",
            ),
            _query_parameter(
                "cursor", {"minLength": 1}, "`cursor` of the previous page. Same filters."
            ),
        ],
        "responses": {
            "200": _json_response("A page; with `id` the item.", "Listing", "Item"),
            "400": _json_response(f"The query is invalid: `{BAD_REQUEST}`.", "Error"),
            "404": _json_response(f"There is no item of this id: `{NOT_FOUND}`.", "Error"),
            **_gateway_responses(),
        },
    }


def _read_operation() -> Json:
    id_parameter = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": _string_schema({"minLength": 1}),
    }
    return {
        "operationId": "readContent",
        "summary": "Read one item, without any cache.",
        "description": "Two providers can use the same id; the query then selects one of them. "
        "An item whose body does not fit into a response (5 MB) has no `body`.",
        "parameters": [
            {**id_parameter, "description": f"`id` of the item: at most {LARGEST_ID} bytes."},
            _query_parameter("content_type", {"minLength": 1}, "Its type."),
            _query_parameter("type", {"minLength": 1}, "Same; `content_type` takes precedence."),
            _query_parameter("provider", {"minLength": 1}, "Its provider."),
            _query_parameter(
                "content_type_provider", {"minLength": 1}, "Both, as `product#provider`."
            ),
        ],
        "responses": {
            "200": _json_response("The item.", "Item"),
            "404": _json_response(f"There is no such item: `{NOT_FOUND}`.", "Error"),
            **_gateway_responses(),
        },
    }


def _query_parameter(name: str, schema: Json, description: str) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": _string_schema(schema),
    }


def _string_schema(schema: Json) -> Json:
    return {"type": "string", **schema}


def _json_response(description: str, *schemas: str) -> Json:
    references = [{"$ref": f"#/components/schemas/{schema}"} for schema in schemas]
    content = {"schema": references[0] if len(references) == 1 else {"oneOf": references}}
    return {"description": description, "content": {"application/json": content}}


def _gateway_responses() -> Json:
    """Responses of the gateway, which it sends without calling the function."""
    return {
        "403": {"description": "Not signed, or not allowed to read. The gateway sets the body."},
        "429": {"description": "Too many requests. The gateway sets the body."},
        "503": {"description": "The function is unavailable. The gateway sets the body."},
    }


def _listing_schema() -> Json:
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    return _object_schema(
        content={"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        count={**count, "maximum": LARGEST_LIMIT},
        filters={
            "type": "object",
            "properties": dict.fromkeys(("content_type", "provider", "status"), text),
            "additionalProperties": False,
        },
        query_stats=_object_schema(pages_read=count),
        cursor={"type": ["string", "null"], "description": "Null on the last page."},
    )


def _error_schema() -> Json:
    return _object_schema(error={"type": "string", "enum": [BAD_REQUEST, NOT_FOUND]})


def _item_schemas() -> Json:
    """Return the schema of an item in a response: without raw vendor data, body optional."""
    schema = UnifiedContent.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    parts = schema.pop("$defs")
    del schema["properties"]["provider_data"]
    schema["required"] = [
        name for name in schema["required"] if name not in {"provider_data", "body"}
    ]
    return {"Item": {**schema, "title": "Item"}, **parts}


def _object_schema(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }
