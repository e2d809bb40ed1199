"""A client's API on loopback and the simulated vendors that record its deliveries."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platform_cli.local.addresses import AddressRegistration, SiteAddresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.emulator.vendor_apis import get_state_name
from platform_core import providers
from platform_core.contract import secret_path
from platform_core.webhooks.request import Request
from tests.local.ground import aws_clients, create_function

pytestmark = pytest.mark.local

ECHO = """
import json
def handler(event, context):
    print("echo")
    kept = ("rawPath", "rawQueryString", "headers", "body", "isBase64Encoded")
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({key: event.get(key) for key in kept}),
    }
"""
SECRET = "YSBzZWNyZXQgb2YgdGhlIHRlc3Rz"


def list_deliveries(provider: str) -> list[dict[str, Any]]:
    """Return the provider's deliveries that change the state of the simulated vendor."""
    folder = Path(str(providers.__path__[0])) / provider / "deliveries"
    all_of_them = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    return [delivery for delivery in all_of_them if changes_vendor_state(provider, delivery)]


def sign(provider: str, delivery: dict[str, Any], path: str, secret: str) -> Request:
    text = delivery.get("body_text") or json.dumps(delivery["body"])
    headers = {name.lower(): value for name, value in delivery["headers"].items()}
    request = Request("POST", path, headers, text.encode(), time.time())
    proof = providers.load_webhook(provider).SIGNATURE.sign(request, secret.encode(), time.time())
    return Request("POST", path, {**headers, **proof}, text.encode(), time.time())


def changes_vendor_state(provider: str, delivery: dict[str, Any]) -> bool:
    saved: list[dict[str, Any]] = []
    simulated = providers.load_simulated(provider).Simulated(dict, saved.append)
    simulated.record(sign(provider, delivery, f"/webhooks/{provider}", SECRET))
    return bool(saved)


SIMULATED_PROVIDERS = [
    n
    for n in providers.provider_names()
    if providers.has_module(n, "simulated") and list_deliveries(n)
]


@pytest.fixture(scope="module")
def api(cloud: EmbeddedCloud) -> Iterator[SiteAddresses]:
    with aws_clients(cloud) as aws:
        arn = create_function(aws, "echo", ECHO)
        http = aws("apigatewayv2")
        api_id = http.create_api(Name="api", ProtocolType="HTTP")["ApiId"]
        integration = http.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn,
            PayloadFormatVersion="2.0",
        )["IntegrationId"]
        target = f"integrations/{integration}"
        http.create_route(ApiId=api_id, RouteKey="ANY /{proxy+}", Target=target)
        http.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        for name in providers.provider_names():
            aws("ssm").put_parameter(
                Name=secret_path("shop", "prod", name, "webhook_secret"),
                Value=json.dumps({"current": SECRET, "previous": None}),
                Type="SecureString",
            )
        yield cloud.register(AddressRegistration(
            "shop", "prod", site_bucket="none", pointer_store_arn="", api_id=api_id
        ))  # fmt: skip
        cloud.forget("shop", "prod")


def send(url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    named_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, named_headers)) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_delivery_reaches_the_function_exactly_as_sent(api: SiteAddresses) -> None:
    body = b'{"a": 1,\r\n "b":"\xc3\xa9 %7B"}  '
    url = api.webhook_base_url + "/any_name%2Fx?b=2&a=%20c"
    status, answer = send(url, body, X_Own="a, b", Content_Type="application/json")
    event = json.loads(answer)
    assert status == 200
    assert event["rawPath"] in {"/webhooks/any_name%2Fx", "/webhooks/any_name/x"}
    assert event["rawQueryString"] == "b=2&a=%20c"
    assert event["headers"]["x-own"] == "a, b"
    assert event["body"].encode() == body


def test_a_client_without_a_deploy_has_no_api(cloud: EmbeddedCloud) -> None:
    early = cloud.register(
        AddressRegistration("early", "prod", site_bucket="", pointer_store_arn="", api_id="")
    )
    assert send(early.webhook_base_url + "/any", b"{}")[0] == 503
    status, page = send(early.site_url + "/")
    assert (status, b"not been published yet" in page) == (503, True)
    cloud.forget("early", "prod")


def test_administration_paths_of_the_emulator_are_not_on_a_clients_port(api: SiteAddresses) -> None:
    status, answer = send(api.content_api_url + "/_ministack/reset", b"")
    assert status == 200
    assert json.loads(answer)["rawPath"] == "/_ministack/reset"


def test_an_unknown_vendor_host_is_named_in_the_error(cloud: EmbeddedCloud) -> None:
    base = cloud.ensure_running().vendor_api_url_with_key("shop")
    status, answer = send(base + "/api.nowhere.example/v1/x?y=1")
    assert status == 502
    assert b"api.nowhere.example" in answer


@pytest.mark.parametrize("provider", SIMULATED_PROVIDERS)
def test_only_a_correctly_signed_delivery_changes_the_simulated_vendor(
    provider: str, api: SiteAddresses, cloud: EmbeddedCloud
) -> None:
    shared = get_state_name(providers.load_simulated(provider).Simulated)
    state = cloud.state_dir / "vendors" / "shop" / f"{shared}.json"
    state.unlink(missing_ok=True)
    first = list_deliveries(provider)[0]
    for secret, known in (("a wrong secret", False), (SECRET, True)):
        request = sign(provider, first, f"/webhooks/{provider}", secret)
        status, _ = send(f"{api.webhook_base_url}/{provider}", request.body, **request.headers)
        assert status == 200
        assert state.exists() == known
    before = state.read_bytes()
    state.unlink()
    cloud.record_simulated_delivery(
        "shop", provider, sign(provider, first, f"/webhooks/{provider}", SECRET)
    )
    assert json.loads(state.read_bytes()).keys() == json.loads(before).keys()
