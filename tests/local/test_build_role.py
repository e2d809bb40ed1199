"""A build may use the objects of its role, and no header or parameter turns that into more."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.local.access.build_role import BuildRole
from platform_cli.local.addresses import LOOPBACK
from platform_cli.local.emulator.client import make_authorization
from platform_cli.local.server.asgi import get_raw_target, parse_headers

VARIABLES = {
    "DATA_BUCKET": "acme-data",
    "SITE_BUCKET": "acme-site",
    "ATTEMPT_ID": "a1",
    "BUILD_ROLE_ID": "AROAEXAMPLE",
}
OWN = "AROAEXAMPLE:AWSCodeBuild-b1"
ROLE = BuildRole.for_build("site:b1", VARIABLES)
NEW = {"if-none-match": "*"}
READABLE = ["acme-data/source/one.zip", "acme-data/snapshots/a1.json"]
CREATABLE = ["acme-site/releases/AROAEXAMPLE:AWSCodeBuild-b1/a.html", "acme-site/assets/a b.css"]


def make_scope(method: str, target: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": f"/{path}",
        "raw_path": quote(f"/{path}").encode(),
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
    }


@pytest.mark.parametrize("target", READABLE)
def test_it_reads_its_source_and_its_snapshots(target: str) -> None:
    for method in ("GET", "HEAD"):
        allowed = ROLE.rewrite_request(make_scope(method, target + "?x-id=GetObject"))
        assert allowed
        assert get_raw_target(allowed) == f"/{target}"


@pytest.mark.parametrize("target", CREATABLE)
def test_it_creates_objects_and_replaces_none(target: str) -> None:
    allowed = ROLE.rewrite_request(make_scope("PUT", target, NEW))
    assert allowed
    assert get_raw_target(allowed) == quote(f"/{target}")
    assert parse_headers(allowed)["if-none-match"] == "*"
    for headers in ({}, {"if-none-match": '"tag"'}, {"if-match": "*"}):
        assert ROLE.rewrite_request(make_scope("PUT", target, headers)) is None


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", f"acme-site/releases/{OWN}/index.html"),
        ("DELETE", f"acme-site/releases/{OWN}/index.html"),
        ("POST", f"acme-site/releases/{OWN}/index.html?uploads"),
        ("PUT", f"acme-site/releases/{OWN}/index.html?acl"),
        ("PUT", f"acme-site/releases/{OWN}/index.html?partNumber=1&uploadId=x"),
        ("PUT", "acme-site/releases/AROAEXAMPLE:AWSCodeBuild-b2/index.html"),
        ("PUT", f"acme-site/releases/{OWN}"),
        ("PUT", "acme-site/errors/404.html"),
        ("PUT", f"acme-site/releases/{OWN}/../other/index.html"),
        ("PUT", "acme-site/assets/../releases/other/index.html"),
        ("PUT", "acme-site/assets//a.css"),
        ("PUT", "acme-site/assets/..\\releases/a.css"),
        ("PUT", "acme-data/source/one.zip"),
        ("PUT", "acme-data/snapshots/a1.json"),
        ("GET", "acme-data/inbox/body.json"),
        ("GET", "acme-data/site.json"),
        ("GET", "acme-data"),
        ("GET", "acme-data/source/one.zip?acl"),
        ("GET", "acme-data/source/one.zip?Action=DescribeStacks"),
        ("GET", "of-another-client/source/one.zip"),
        ("GET", ""),
        ("POST", ""),
    ],
)
def test_everything_else_is_refused(method: str, target: str) -> None:
    assert ROLE.rewrite_request(make_scope(method, target, NEW)) is None


def test_a_build_of_an_earlier_deploy_writes_below_its_attempt() -> None:
    role = BuildRole.for_build("site:b1", {**VARIABLES, "BUILD_ROLE_ID": ""})
    assert role.rewrite_request(make_scope("PUT", "acme-site/releases/a1/index.html", NEW))
    assert not role.rewrite_request(make_scope("PUT", f"acme-site/releases/{OWN}/a.html", NEW))


def test_a_build_without_buckets_or_attempt_may_do_nothing_there() -> None:
    assert (
        BuildRole.for_build("site:b1", {}).rewrite_request(make_scope("GET", READABLE[0])) is None
    )
    role = BuildRole.for_build("site:b1", {"SITE_BUCKET": "acme-site"})
    assert role.rewrite_request(make_scope("PUT", CREATABLE[0], NEW)) is None
    assert role.rewrite_request(make_scope("PUT", "acme-site/releases//a.html", NEW)) is None


HEADERS = st.dictionaries(
    st.sampled_from(
        ["host", "authorization", "x-amz-target", "x-amz-copy-source", "x-amz-acl", "content-type",
         "x-amz-tagging", "x-amz-security-token", "if-none-match", "x-forwarded-host", "range"]
    ),
    st.sampled_from(["*", "AmazonSSM.GetParameter", "ssm.us-east-1.amazonaws.com", "/other/key"]),
)  # fmt: skip


@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]),
    bucket=st.sampled_from(["acme-data", "acme-site", "other", ""]),
    key=st.lists(
        st.sampled_from(["source", "snapshots", "releases", "assets", OWN, "a1", "..", "x", ""])
    ).map("/".join),
    headers=HEADERS,
)
def test_an_allowed_request_is_a_plain_request_to_s3(
    method: str, bucket: str, key: str, headers: dict[str, str]
) -> None:
    allowed = ROLE.rewrite_request(make_scope(method, f"{bucket}/{key}", headers))
    if allowed is None:
        return
    sent = parse_headers(allowed)
    assert sent["host"] == LOOPBACK
    assert sent["authorization"] == make_authorization("s3")
    assert not {"x-amz-target", "x-amz-copy-source", "x-amz-acl", "x-amz-tagging"} & sent.keys()
    assert (bucket, method) in {("acme-data", "GET"), ("acme-data", "HEAD"),
                                ("acme-site", "PUT"), ("acme-data", "PUT")}  # fmt: skip
    assert key.startswith(("source/", "snapshots/", f"releases/{OWN}/", "assets/", "cache/"))
    assert ".." not in key


@pytest.mark.parametrize("target", [*CREATABLE, "acme-data/cache/live.zip"])
def test_the_build_of_a_preview_creates_nothing_that_a_release_has(target: str) -> None:
    preview = BuildRole.for_build("preview:b1", {**VARIABLES, "PREVIEW_BUILD": "1"})
    assert ROLE.rewrite_request(make_scope("PUT", target, NEW))
    assert preview.rewrite_request(make_scope("PUT", target, NEW)) is None
    own = f"acme-site/previews/{OWN}/assets/a.css"
    assert preview.rewrite_request(make_scope("PUT", own, NEW))
    assert ROLE.rewrite_request(make_scope("PUT", own, NEW)) is None
