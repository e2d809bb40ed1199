"""The content API conforms to its OpenAPI document for every request.

schemathesis sends the requests through a gateway that passes events like API Gateway. It learns
everything else from the document.
"""

import base64
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from lambdas.content_api import cursor
from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from platform_core import contract
from platform_core.content import http_api
from platform_core.content.ids import is_content_id
from platform_core.content.model import ContentType
from tests.fakes.pipeline import article
from tests.lambdas.test_handlers import CLIENT, Context, fresh
from tests.lambdas.test_ports import content_table

DOCUMENT = "/openapi.json"
OF_THE_GATEWAY = ("ignored_auth", "unsupported_method")
"""Checks for requests that the gateway refuses by itself."""
OF_NO_CURSOR = "positive_data_acceptance"
"""The document cannot express whether a text is a valid cursor."""
Answer = dict[str, Any]


class Gateway:
    """A WSGI application: API Gateway in front of the function, and the document."""

    def __init__(self, handler: Callable[[Answer, Any], Answer]) -> None:
        self.handler = handler

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        method = environ["REQUEST_METHOD"] if "HTTP_AUTHORIZATION" in environ else ""
        response = self.answer(method, path, environ.get("QUERY_STRING", ""))
        start(f"{response['statusCode']} x", list(response["headers"].items()))
        return [response["body"].encode()]

    def answer(self, method: str, path: str, query: str) -> Answer:
        plain = {"content-type": "application/json"}
        if path == DOCUMENT:
            body = json.dumps(http_api.openapi_document())
            return {"statusCode": 200, "headers": plain, "body": body}
        named = path.removeprefix("/content").removeprefix("/")
        if method != "GET":
            return {"statusCode": 403, "headers": plain, "body": '{"message":"Forbidden"}'}
        parameters: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
        event: Answer = {"queryStringParameters": parameters or None}
        if named:
            event["pathParameters"] = {"id": unquote(named)}
        return self.handler(event, Context())


@pytest.fixture
def gateway(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Return a client with a dozen items of many kinds."""
    table = content_table()
    store = DynamoContent(
        clients.client("dynamodb"), clients.client("s3"), table=table, bucket=bucket,
        client_id="acme",
    )  # fmt: skip
    for number in range(9):
        store.put(article(f"shop:a/{number}", 1, f"A {number}", slug=f"a-{number}"), None)
    price = {"amount": Decimal("19.90"), "currency_code": "EUR"}
    store.put(article("0", 1, "Mug", content_type="product", price=price, status="draft"), None)
    store.put(article("long", 1, "Long", body="x" * 500_000), None)
    for name, value in CLIENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(contract.CONTENT_TABLE, table)
    monkeypatch.setenv(contract.DATA_BUCKET, bucket)
    return Gateway(fresh("content_api"))


@pytest.mark.parametrize("route", http_api.ROUTES)
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_response_conforms_to_the_document(
    gateway: Gateway, route: str, mode: GenerationMode
) -> None:
    method, path = route.replace("{id+}", "{id}").split(" ")
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, gateway)
    requests = 0

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        nonlocal requests
        unasked = [*OF_THE_GATEWAY, OF_NO_CURSOR] if "cursor" in case.query else OF_THE_GATEWAY
        left_out: list[Any] = CHECKS.get_by_names(unasked)
        case.call_and_validate(excluded_checks=left_out)
        requests += 1

    ask()
    assert requests >= 20


def test_the_document_names_every_route() -> None:
    named = {
        f"{method.upper()} {path}"
        for path, methods in http_api.openapi_document()["paths"].items()
        for method in methods
    }
    assert named == {route.replace("{id+}", "{id}") for route in http_api.ROUTES}


def written(raw: str) -> str:
    """Return any text in the form of a cursor."""
    return base64.b64encode(raw.encode(), altchars=b"-_").decode().rstrip("=")


OURS = ("shop:a/1", "article#shop", "acme", "article")
PARTS = st.sampled_from([*OURS, "product", "", "x" * 2000, "\ud800", "\x00", "#", 1, None])
TREES = st.recursive(PARTS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(PARTS, min_size=4, max_size=4) | TREES, kind=st.sampled_from(ContentType))
def test_no_other_cursor_reaches_the_table(gateway: Gateway, parts: Any, kind: str) -> None:
    """A table answers a key that is not of the listing with an internal error."""
    query = f"content_type={kind}&cursor={written(json.dumps(parts))}"
    response = gateway.answer("GET", "/content", query)
    fits = [*parts[1:]] == [f"{kind}#shop", "acme", kind] if isinstance(parts, list) else False
    assert response["statusCode"] == (200 if fits and is_content_id(parts[0] or "") else 400)


@pytest.mark.parametrize("raw", ["[" * 7000, "{}", "", "[1e999]", '["\\ud800","#","acme","page"]'])
def test_an_invalid_cursor_is_refused(gateway: Gateway, raw: str) -> None:
    response = gateway.answer("GET", "/content", f"cursor={written(raw)}")
    assert response["statusCode"] == 400


def test_a_valid_cursor_continues_the_listing(gateway: Gateway) -> None:
    response = gateway.answer("GET", "/content", "limit=4&type=article")
    next_cursor = json.loads(response["body"])["cursor"]
    assert cursor.decode(next_cursor, "acme", "article")
    assert (
        gateway.answer("GET", "/content", f"type=article&cursor={next_cursor}")["statusCode"] == 200
    )
    assert gateway.answer("GET", "/content", f"type=page&cursor={next_cursor}")["statusCode"] == 400
