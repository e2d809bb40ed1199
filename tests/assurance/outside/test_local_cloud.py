"""The embedded cloud against web pages, other programs of the machine, and its own builds.

Findings S1, S2, S3, S5 and S9 of the security review.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from uuid import uuid4

import pytest

from tests import outside
from tests.assurance.outside.web_attacks import create_stack_query, stacks

pytestmark = pytest.mark.local

SECRET = "/platform/other/prod/decap/webhook_secret"
LIST_SECRETS = {
    "x-amz-target": "AmazonSSM.DescribeParameters",
    "content-type": "application/x-amz-json-1.1",
}
IMAGE = {
    "Referer": "https://evil.example/",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "no-cors",
    "Sec-Fetch-Dest": "image",
    "Accept": "image/*",
}
"""Headers that a browser sends with an image of another site. `Origin` is absent."""


@pytest.mark.parametrize(
    "headers", [IMAGE, {**IMAGE, "Sec-Fetch-Site": "same-site"}, {}], ids=["image", "site", "bare"]
)
def test_an_image_on_a_web_page_creates_no_stack(
    cloud: outside.Cloud, headers: Mapping[str, str]
) -> None:
    """S1. A request without any header is an old browser, which sends no `Sec-Fetch-Site`."""
    name = f"image-{uuid4().hex[:8]}"
    status, _, _ = cloud.request("GET", create_stack_query(name), headers)
    assert status == 403
    assert name not in stacks(cloud)


def test_a_call_without_a_credential_is_refused(cloud: outside.Cloud) -> None:
    status, _, body = cloud.request("POST", "/", LIST_SECRETS, b"{}")
    assert status == 403, body[:200]


def test_a_page_of_another_local_port_is_refused(cloud: outside.Cloud) -> None:
    """The test uses a browser without `Sec-Fetch-Site`; others are refused for that header."""
    page = {"Origin": "http://127.0.0.1:8999"}
    status, headers, _ = cloud.request("POST", "/", LIST_SECRETS | page, b"{}")
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_a_page_of_another_site_is_refused(cloud: outside.Cloud) -> None:
    page = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    status, _, _ = cloud.request("POST", "/", LIST_SECRETS | page, b"{}")
    assert status == 403


def test_a_websocket_without_a_key_is_refused(cloud: outside.Cloud) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert cloud.request("GET", "/mqtt", handshake)[0] == 403


def test_a_name_that_resolves_to_this_machine_is_refused(cloud: outside.Cloud) -> None:
    """S20. A page of such a name reads every answer: its origin is that port (DNS rebinding)."""
    files = {"releases/r1/index.html": b"<h1>Home</h1>"}
    site = cloud.serve_site("rebound", "r1", files)
    assert fetch(site + "/", Host="localhost") == 200
    assert fetch(site + "/", Host="evil.example") == 403
    for path in ("/", "/_platform/health", "/_vendors/rebound/api.github.com/"):
        assert cloud.request("GET", path, {"Host": "evil.example"})[0] == 403


def test_the_manifest_of_a_release_is_not_served(cloud: outside.Cloud) -> None:
    files = {"releases/r1/index.html": b"<h1>Home</h1>", "releases/r1/release.json": b"{}"}
    site = cloud.serve_site("manifest", "r1", files)
    assert fetch(site + "/") == 200
    assert fetch(site + "/release.json") == 404


def fetch(url: str, **headers: str) -> int:
    """Return the status of a GET."""
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


# --- builds ------------------------------------------------------------------------------------

HOSTILE_BUILD = """\
python3 - <<'END'
import json, os, pwd
import boto3
from botocore.exceptions import ClientError

def attempt(call):
    try:
        call()
    except (ClientError, FileNotFoundError) as error:
        return "refused: " + str(error)[:80]
    return "done"

session = boto3.Session(region_name="us-east-1")
ssm, s3, tables = map(session.client, ("ssm", "s3", "dynamodb"))
home = pwd.getpwuid(os.getuid()).pw_dir
print("RESULT", json.dumps({
    "files": str([name for name in os.listdir(home) if os.path.isfile(os.path.join(home, name))]),
    "source": attempt(lambda: s3.get_object(Bucket="of-this-client", Key="source/one.zip")),
    "keys": attempt(lambda: open("%(keys)s").read()),
    "secret": attempt(lambda: ssm.get_parameter(Name="%(secret)s", WithDecryption=True)),
    "bucket": attempt(lambda: s3.put_object(Bucket="of-another-client", Key="a.txt", Body=b"x")),
    "table": attempt(lambda: tables.list_tables()),
}))
END
"""


@pytest.fixture(scope="module")
def hostile_build(cloud: outside.Cloud) -> dict[str, str]:
    """The results of a build whose source uses only the environment of every build."""
    for bucket in ("of-this-client", "of-another-client"):
        cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket="of-this-client", Key="source/one.zip", Body=b"x")
    script = HOSTILE_BUILD % {"secret": SECRET, "keys": cloud.state_dir / "access_keys.json"}
    log = cloud.run_build([script], variables={"DATA_BUCKET": "of-this-client"})
    (result,) = (line for line in log if line.startswith("RESULT"))
    return dict(json.loads(result.removeprefix("RESULT")))


def test_a_local_build_reads_its_source(hostile_build: Mapping[str, str]) -> None:
    """Without this, a build that reaches nothing would pass the other tests."""
    assert hostile_build["source"] == "done"


def test_a_local_build_reads_no_secret(hostile_build: Mapping[str, str]) -> None:
    assert "AccessDenied" in hostile_build["secret"]


def test_a_local_build_writes_into_no_bucket_of_another_client(
    hostile_build: Mapping[str, str],
) -> None:
    assert "AccessDenied" in hostile_build["bucket"]


def test_a_local_build_sees_no_table(hostile_build: Mapping[str, str]) -> None:
    assert "AccessDenied" in hostile_build["table"]


def test_a_local_build_sees_neither_the_home_folder_nor_the_keys(
    hostile_build: Mapping[str, str],
) -> None:
    if reason := outside.missing_sandbox():
        pytest.skip(reason)
    assert hostile_build["files"] == "[]"
    assert hostile_build["keys"].startswith("refused")
