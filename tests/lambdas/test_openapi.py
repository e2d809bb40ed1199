"""The content API keeps what its OpenAPI document promises, whatever it is asked.

schemathesis asks, through a gateway that hands over what API Gateway would; the rest it finds out
from the document alone.
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
"""What the function is never asked: the gateway refuses it by itself."""
OF_NO_CURSOR = "positive_data_acceptance"
"""Whether a text is a cursor of ours no document can say."""
Answer = dict[str, Any]


class Gateway:
    """A WSGI application: API Gateway as the function sees it, and the document."""

    def __init__(self, handler: Callable[[Answer, Any], Answer]) -> None:
        self.handler = handler

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        method = environ["REQUEST_METHOD"] if "HTTP_AUTHORIZATION" in environ else ""
        said = self.answer(method, path, environ.get("QUERY_STRING", ""))
        start(f"{said['statusCode']} x", list(said["headers"].items()))
        return [said["body"].encode()]

    def answer(self, method: str, path: str, query: str) -> Answer:
        plain = {"content-type": "application/json"}
        if path == DOCUMENT:
            body = json.dumps(http_api.openapi_document())
            return {"statusCode": 200, "headers": plain, "body": body}
        named = path.removeprefix("/content").removeprefix("/")
        if method != "GET":
            return {"statusCode": 403, "headers": plain, "body": '{"message":"Forbidden"}'}
        asked: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            asked[name] = f"{asked[name]},{value}" if name in asked else value
        event: Answer = {"queryStringParameters": asked or None}
        if named:
            event["pathParameters"] = {"id": unquote(named)}
        return self.handler(event, Context())


@pytest.fixture
def gateway(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A client with a dozen items of many kinds."""
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
def test_every_answer_is_as_the_document_says(
    gateway: Gateway, route: str, mode: GenerationMode
) -> None:
    method, path = route.replace("{id+}", "{id}").split(" ")
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, gateway)
    asked = 0

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        nonlocal asked
        unasked = [*OF_THE_GATEWAY, OF_NO_CURSOR] if "cursor" in case.query else OF_THE_GATEWAY
        left_out: list[Any] = CHECKS.get_by_names(unasked)
        case.call_and_validate(excluded_checks=left_out)
        asked += 1

    ask()
    assert asked >= 20


def test_the_document_names_every_route() -> None:
    named = {
        f"{method.upper()} {path}"
        for path, methods in http_api.openapi_document()["paths"].items()
        for method in methods
    }
    assert named == {route.replace("{id+}", "{id}") for route in http_api.ROUTES}


def written(raw: str) -> str:
    """Any text in the form of a cursor."""
    return base64.b64encode(raw.encode(), altchars=b"-_").decode().rstrip("=")


OURS = ("shop:a/1", "article#shop", "acme", "article")
PARTS = st.sampled_from([*OURS, "product", "", "x" * 2000, "\ud800", "\x00", "#", 1, None])
TREES = st.recursive(PARTS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(PARTS, min_size=4, max_size=4) | TREES, kind=st.sampled_from(ContentType))
def test_no_other_cursor_reaches_the_table(gateway: Gateway, parts: Any, kind: str) -> None:
    """A table answers a key that is none of the listing's with a fault of ours."""
    asked = f"content_type={kind}&cursor={written(json.dumps(parts))}"
    said = gateway.answer("GET", "/content", asked)
    fits = [*parts[1:]] == [f"{kind}#shop", "acme", kind] if isinstance(parts, list) else False
    assert said["statusCode"] == (200 if fits and is_content_id(parts[0] or "") else 400)


@pytest.mark.parametrize("raw", ["[" * 7000, "{}", "", "[1e999]", '["\\ud800","#","acme","page"]'])
def test_a_cursor_of_nonsense_is_not_understood(gateway: Gateway, raw: str) -> None:
    said = gateway.answer("GET", "/content", f"cursor={written(raw)}")
    assert said["statusCode"] == 400


def test_a_cursor_of_ours_goes_on(gateway: Gateway) -> None:
    said = gateway.answer("GET", "/content", "limit=4&type=article")
    told = json.loads(said["body"])["cursor"]
    assert cursor.decode(told, "acme", "article")
    assert gateway.answer("GET", "/content", f"type=article&cursor={told}")["statusCode"] == 200
    assert gateway.answer("GET", "/content", f"type=page&cursor={told}")["statusCode"] == 400
