"""Requests that web pages cause are refused by the embedded cloud; those of the SDKs pass."""

import http.client
import json
import urllib.error
import urllib.request
from contextlib import closing
from urllib.parse import urlencode

import pytest

from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.server.gateway import REFUSAL
from tests.local.ground import AwsClients

pytestmark = pytest.mark.local


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil-bucket.s3.amazonaws.com"},
        {"Host": "evil.example:4566"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"sec-fetch-site": "none, cross-site"},
        {"Sec-Fetch-Site": ""},
    ],
)
def test_requests_from_pages_of_other_sites_are_refused(
    cloud: EmbeddedCloud, headers: dict[str, str]
) -> None:
    for path in ("/", "/_platform/health", "/_vendors/acme/shopify_basic", "/any-bucket/any-key"):
        assert send_get(cloud, path, headers) == (403, REFUSAL)


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_addresses_can_be_opened_directly_in_a_browser(cloud: EmbeddedCloud, site: str) -> None:
    assert send_get(cloud, "/_platform/health", {"Sec-Fetch-Site": site})[0] == 200


@pytest.mark.parametrize(
    "query",
    [
        "Action={action}",
        "Version=2010-05-15&Action={action}",
        "%41ction={action}",
        "%61%43%54%69on={action}",
        "action={action}",
        "ACTION={action}",
        "Action=&Action={action}",
        "Action={action}&Action=",
        "+Action={action}",
        "X-Amz-Signature=0&Action={action}",
        "Action",
    ],
)
def test_an_action_in_a_query_is_refused(cloud: EmbeddedCloud, aws: AwsClients, query: str) -> None:
    """Old browsers send neither `Origin` nor `Sec-Fetch-Site`, so only the query can be checked."""
    resources = {"Bucket": {"Type": "AWS::S3::Bucket"}}
    parameters = {"StackName": "drive-by", "TemplateBody": json.dumps({"Resources": resources})}
    address = f"/?{query.format(action='CreateStack')}&{urlencode(parameters)}"
    assert send_get(cloud, address, {}) == (403, REFUSAL)
    assert aws("cloudformation").describe_stacks()["Stacks"] == []


def test_a_vendor_api_may_have_a_parameter_named_action(cloud: EmbeddedCloud) -> None:
    """GitLab has one, and the simulated vendors never reach the emulator."""
    status, body = send_get(cloud, "/_vendors/acme/gitlab.com/api/v4/events?action=pushed", {})
    assert (status, body) != (403, REFUSAL)


def test_a_websocket_from_a_page_of_another_site_is_refused(cloud: EmbeddedCloud) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": "https://evil.example",
    }
    connection = http.client.HTTPConnection(
        cloud.ensure_running().aws_endpoint.removeprefix("http://"), timeout=30
    )
    with closing(connection):
        connection.request("GET", "/mqtt", headers=handshake)
        assert connection.getresponse().status == 403


def test_presigned_urls_work(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    store = aws("s3")
    store.create_bucket(Bucket="presigned")
    store.put_object(Bucket="presigned", Key="actions/Action=x", Body=b"kept")
    key = {"Bucket": "presigned", "Key": "actions/Action=x"}
    address = store.generate_presigned_url("get_object", Params=key)
    assert send_get(cloud, address.removeprefix(cloud.ensure_running().aws_endpoint), {}) == (
        200,
        b"kept",
    )


def send_get(cloud: EmbeddedCloud, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send one GET and return the status and body of its response."""
    request = urllib.request.Request(cloud.ensure_running().aws_endpoint + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
