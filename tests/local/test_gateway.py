"""The AWS port answers the holders of a key, and refuses web pages and callers without a key."""

import http.client
import json
import stat
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from platform_cli.errors import LocalUnavailable
from platform_cli.local.access.keys import KEY_HEADER, load_keys, load_or_create_keys
from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.emulator.client import make_authorization
from platform_cli.local.server.gateway import FROM_PAGE, NO_KEY
from platform_core.webhooks.request import Request
from tests.local.ground import AwsClients, aws_clients, create_function, running_cloud

pytestmark = pytest.mark.local
PATHS = ("/", "/_platform/health", "/_vendors/acme/api.sanity.io/v1", "/any-bucket/any-key")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8080"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_requests_of_browsers_are_refused_even_with_a_key(
    cloud: EmbeddedCloud, headers: dict[str, str]
) -> None:
    key = cloud.ensure_running().keys.owner
    for path in PATHS:
        assert send_get(cloud, path, headers | with_key(key)) == (403, FROM_PAGE)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4566", "127.0.0.1.evil.example"])
def test_other_hosts_are_refused_even_with_a_key(cloud: EmbeddedCloud, host: str) -> None:
    """A page can let its own name resolve to this machine, and then reads every answer."""
    key = cloud.ensure_running().keys.owner
    for path in PATHS:
        assert send_get(cloud, path, {"Host": host, **with_key(key)})[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/x"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/s3/aws4_request"},
        {"Host": "ssm.us-east-1.amazonaws.com"},
        {"X-Amz-Security-Token": ""},
        {"X-Platform-Key": ""},
        {"X-Platform-Key": "000000000000"},
    ],
)
def test_a_request_without_a_valid_key_is_refused(
    cloud: EmbeddedCloud, headers: dict[str, str]
) -> None:
    for path in (*PATHS, "/?X-Amz-Credential=000000000000/20260101/us-east-1/s3/aws4_request"):
        assert send_get(cloud, path, headers)[0] == 403


def test_the_sdks_read_the_refusal(cloud: EmbeddedCloud) -> None:
    calls = {
        "s3": "list_buckets",
        "ssm": "describe_parameters",
        "cloudformation": "list_stacks",
        "lambda": "list_functions",
    }
    with aws_clients(cloud, key="not-a-key") as clients:
        for service, action in calls.items():
            with pytest.raises(ClientError) as refused:
                getattr(clients(service), action)()
            error = refused.value.response["Error"]
            assert error["Code"].startswith("AccessDenied")
            assert error["Message"] == NO_KEY


def test_the_key_file_is_readable_by_its_owner_only(cloud: EmbeddedCloud) -> None:
    file = cloud.state_dir / "access_keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys = json.loads(file.read_bytes())
    assert len(set(keys.values())) == 3
    assert all(len(key) == 40 for key in keys.values())


def test_aws_host_names_are_accepted_with_a_key(cloud: EmbeddedCloud) -> None:
    """Some SDKs of functions name the host of the service."""
    headers = with_key(cloud.ensure_running().keys.owner) | {"Host": "s3.us-east-1.amazonaws.com"}
    assert send_get(cloud, "/", headers)[0] == 200


def test_control_calls_need_the_owners_key(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    keys = cloud.ensure_running().keys
    for key, status in ((keys.owner, 200), (keys.functions, 403), (keys.vendors, 403)):
        assert send_get(cloud, "/_platform/health", {KEY_HEADER: key})[0] == status


def test_a_function_calls_aws_with_its_own_key(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    code = """
import http.client, os
import boto3
def handler(event, context):
    boto3.client("ssm").put_parameter(Name="/of/function", Value="set", Type="String")
    vendors = http.client.HTTPConnection(event["host"])
    vendors.request("GET", "/_vendors/acme/api.nowhere.example/")
    return {"status": vendors.getresponse().status, "environment": dict(os.environ)}
"""
    create_function(aws, "caller", code)
    addresses = cloud.ensure_running()
    event = {"host": addresses.aws_endpoint.removeprefix("http://")}
    response = aws("lambda").invoke(FunctionName="caller", Payload=json.dumps(event))
    result = json.load(response["Payload"])
    assert "FunctionError" not in response, result
    assert aws("ssm").get_parameter(Name="/of/function")["Parameter"]["Value"] == "set"
    assert result["status"] == 502  # no vendor has this host; without the key it is 403
    assert addresses.keys.owner not in str(result)


@pytest.mark.parametrize(
    "query", ["Action={action}", "%41ction={action}", "Action=&Action={action}"]
)
def test_an_action_in_a_query_is_refused(cloud: EmbeddedCloud, aws: AwsClients, query: str) -> None:
    """Old browsers send neither `Origin` nor `Sec-Fetch-Site` with an image."""
    resources = {"Bucket": {"Type": "AWS::S3::Bucket"}}
    parameters = {"StackName": "drive-by", "TemplateBody": json.dumps({"Resources": resources})}
    address = f"/?{query.format(action='CreateStack')}&{urlencode(parameters)}"
    assert send_get(cloud, address, {})[0] == 403
    assert aws("cloudformation").describe_stacks()["Stacks"] == []


def test_an_assumed_role_keeps_the_key_of_its_caller(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    """The CDK CLI assumes the bootstrap roles for every step of a deploy."""
    role = "arn:aws:iam::000000000000:role/any"
    answer = aws("sts").assume_role(RoleArn=role, RoleSessionName="deploy")
    assumed = answer["Credentials"]["AccessKeyId"]
    assert assumed == cloud.ensure_running().keys.owner
    with aws_clients(cloud, key=assumed) as clients:
        clients("ssm").describe_parameters()


def test_no_answer_may_be_read_by_a_page(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    aws("s3").create_bucket(Bucket="shared-with-pages")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    aws("s3").put_bucket_cors(Bucket="shared-with-pages", CORSConfiguration={"CORSRules": [rule]})
    for call in (aws("s3").list_buckets, aws("ssm").describe_parameters):
        headers = call()["ResponseMetadata"]["HTTPHeaders"]
        assert not [name for name in headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("origin", [{"Origin": "https://evil.example"}, {}])
def test_a_websocket_without_a_key_is_refused(cloud: EmbeddedCloud, origin: dict[str, str]) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **origin,
    }
    facts = {"site_bucket": "", "pointer_store_arn": "", "api_id": ""}
    site = cloud.register(AddressRegistration("sockets", "prod", **facts))
    for address in (cloud.ensure_running().aws_endpoint, site.site_url, site.content_api_url):
        for path in ("/mqtt", "/_platform/health"):
            connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
            with closing(connection):
                connection.request("GET", path, headers=handshake)
                assert connection.getresponse().status == 403
    cloud.forget("sockets", "prod")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_urls_work(cloud: EmbeddedCloud, aws: AwsClients, version: str) -> None:
    aws("s3").create_bucket(Bucket=f"presigned-{version}")
    aws("s3").put_object(Bucket=f"presigned-{version}", Key="actions/Action=x", Body=b"kept")
    key = {"Bucket": f"presigned-{version}", "Key": "actions/Action=x"}
    with aws_clients(cloud, signature=version) as clients:
        address = clients("s3").generate_presigned_url("get_object", Params=key)
    path = address.removeprefix(cloud.ensure_running().aws_endpoint)
    assert send_get(cloud, path, {}) == (200, b"kept")


@pytest.mark.parametrize(
    ("client_id", "environment"),
    [("../../etc", "prod"), ("", "prod"), ("Acme", "prod"), ("acme", "../prod"), ("acme", "")],
)
def test_control_calls_accept_only_ids_and_environments(
    cloud: EmbeddedCloud, client_id: str, environment: str
) -> None:
    facts = {"site_bucket": "", "pointer_store_arn": "", "api_id": ""}
    for method, more in (("DELETE", {}), ("PUT", facts)):
        body = {"client_id": client_id, "environment": environment, **more}
        assert send_control(cloud, method, "/clients", body) == 400
    assert (
        send_control(cloud, "POST", "/deliveries", {"client": "../x", "provider": "decap"}) == 400
    )
    assert cloud.status().running


@pytest.mark.parametrize(
    "body", [b"[", b"[]", b"7", b"{}", b'{"client": "acme", "provider": "sanity"}']
)
def test_a_control_call_that_cannot_be_parsed_is_refused(cloud: EmbeddedCloud, body: bytes) -> None:
    for method, path in (("PUT", "/clients"), ("DELETE", "/clients"), ("POST", "/deliveries")):
        assert send_control(cloud, method, path, body) == 400


def test_a_fault_of_the_server_is_no_invalid_request(cloud: EmbeddedCloud) -> None:
    damaged = cloud.state_dir / "vendors" / "damaged" / "sanity.json"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("{")
    request = Request("POST", "/", {}, b'{"_id": "a"}', 0.0)
    with pytest.raises(LocalUnavailable, match="500"):
        cloud.record_simulated_delivery("damaged", "sanity", request)
    assert "JSONDecodeError" in cloud.log_file.read_text()


@pytest.mark.parametrize("damage", ["", "short", None, ["a"]])
@pytest.mark.parametrize("name", ["owner", "functions", "vendors"])
def test_a_damaged_key_is_replaced(tmp_path: Path, name: str, damage: object) -> None:
    """A request without a key carries an empty one."""
    keys = asdict(load_or_create_keys(tmp_path))
    (tmp_path / "access_keys.json").write_text(json.dumps({**keys, name: damage}))
    assert load_keys(tmp_path) is None
    assert all(len(key) == 40 for key in asdict(load_or_create_keys(tmp_path)).values())


def test_a_state_folder_of_an_earlier_version_gets_keys(tmp_path: Any) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        aws("s3").create_bucket(Bucket="kept")
        before = cloud.ensure_running()
        (tmp_path / "access_keys.json").unlink()
        after = cloud.ensure_running()
        assert (after.aws_endpoint, after.pid == before.pid) == (before.aws_endpoint, False)
        assert after.keys.owner != before.keys.owner
        with aws_clients(cloud) as clients:
            names = [bucket["Name"] for bucket in clients("s3").list_buckets()["Buckets"]]
        assert names == ["kept"]


def test_no_key_reaches_the_journal_or_the_log(tmp_path: Any) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        aws("s3").create_bucket(Bucket="journal")
        aws("s3").put_object(Bucket="journal", Key="k", Body=b"x")
        aws("s3").copy_object(Bucket="journal", Key="copy", CopySource="journal/k")
        keys = cloud.ensure_running().keys
        cloud.stop()
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.name != "access_keys.json":
            data = file.read_bytes()
            assert keys.owner.encode() not in data, file
            assert keys.functions.encode() not in data, file


def with_key(key: str) -> dict[str, str]:
    """Return headers that carry a key to AWS paths and to control paths."""
    return {"Authorization": make_authorization("s3", key), KEY_HEADER: key}


def send_control(cloud: EmbeddedCloud, method: str, path: str, body: object) -> int:
    """Send one control call and return its status. Bytes are sent as they are."""
    addresses = cloud.ensure_running()
    request = urllib.request.Request(
        f"{addresses.aws_endpoint}/_platform{path}",
        body if isinstance(body, bytes) else json.dumps(body).encode(),
        {KEY_HEADER: addresses.keys.owner},
        method=method,
    )
    return send_request(request)[0]


def send_get(cloud: EmbeddedCloud, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send one GET and return the status and body of its response."""
    return send_request(
        urllib.request.Request(cloud.ensure_running().aws_endpoint + path, headers=headers)
    )


def send_request(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
