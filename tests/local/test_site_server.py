"""A client's site on loopback follows the routing and the headers of the edge."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from platform_cli.local.addresses import AddressRegistration, SiteAddresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server import asgi
from platform_cli.local.sites.server import (
    BadPath,
    MainDomain,
    ObjectKey,
    Redirect,
    SiteServer,
    Unavailable,
    Unpublished,
    resolve_alias,
    resolve_route,
)
from tests.infra.test_edge import OWN_ASSETS
from tests.local.ground import AwsClients, kill_server

ROUTES = json.loads((Path(__file__).parents[1] / "routes.json").read_text())


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row['path']} of {row['pointer']}")
def test_the_site_server_routes_like_the_edge_function(row: Mapping[str, Any]) -> None:
    match resolve_route(row["path"], row["pointer"]):
        case ObjectKey(key):
            assert row["key"] == key
        case Redirect(path):
            assert row["redirect"] == path
        case Unpublished():
            assert row["page"] == "not been published"
        case Unavailable():
            assert row["page"] == "unavailable for a moment"
        case BadPath():
            assert row["status"] == 400


ALIAS_ROUTES = json.loads((Path(__file__).parents[1] / "alias_routes.json").read_text())


@pytest.mark.parametrize("suffix", ["", ".localhost", ".localhost:8101"])
@pytest.mark.parametrize("row", ALIAS_ROUTES, ids=lambda row: row["host"] + row["path"])
def test_the_site_server_redirects_an_alias_like_the_edge_function(
    row: Mapping[str, Any], suffix: str
) -> None:
    aliases = ["www.acme.example", "acme.org"]
    redirect = resolve_alias(row["host"] + suffix, row["path"], aliases)
    if row["location"] is None:
        assert redirect is None
    else:
        expected = MainDomain(suffix.removeprefix(".localhost"), row["location"].split("?")[0])
        assert redirect == expected


def test_assets_of_a_site_of_its_own() -> None:
    for path, key in OWN_ASSETS:
        assert resolve_route(path, "r1", has_release_assets=True) == ObjectKey(key)


def visit(pointer_status: int) -> tuple[int, bytes]:
    """Request the home page while the key-value store answers with this status."""
    sent: list[asgi.Message] = []

    async def app(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await asgi.send_response(send, pointer_status, b"{}", [])

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent.append(message)

    client = AddressRegistration("acme", "prod", "acme-site", "arn:of-the-store", "")
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": []}
    asyncio.run(SiteServer(client, Emulator(app, 0))(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def test_a_pointer_that_cannot_be_read_is_not_an_unpublished_site() -> None:
    status, page = visit(pointer_status=500)
    assert (status, b"unavailable for a moment" in page) == (503, True)
    status, page = visit(pointer_status=404)
    assert (status, b"not been published yet" in page) == (503, True)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Message
    body: bytes


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def fetch(url: str, method: str = "GET", **headers: str) -> Response:
    named_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with browser.open(urllib.request.Request(url, None, named_headers, method=method)) as reply:
            return Response(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return Response(error.code, error.headers, error.read())


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""]
)
def test_other_host_names_are_refused(
    cloud: EmbeddedCloud, site: tuple[SiteAddresses, str], host: str
) -> None:
    """A page can let its own name resolve to this machine."""
    addresses, _ = site
    for url in (addresses.site_url + "/", addresses.content_api_url + "/content"):
        assert fetch(url, Host=host).status == 403
    assert fetch(addresses.webhook_base_url + "/decap", Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "acme.localhost:1", "127.0.0.1"])
def test_names_of_this_machine_are_accepted(site: tuple[SiteAddresses, str], host: str) -> None:
    response = fetch(site[0].site_url + "/", Host=host)
    assert b"not been published yet" in response.body


def test_a_delivery_may_come_through_a_tunnel(site: tuple[SiteAddresses, str]) -> None:
    """A tunnel keeps the public host name. The signature proves the sender."""
    url = site[0].webhook_base_url + "/decap"
    assert fetch(url, "POST", Host="name.tunnel.example").status == 503  # nothing is deployed
    with_token = url + "/3f9a"
    assert fetch(with_token, "POST", Host="name.tunnel.example").status == 503
    for path in ("/../../content", "/3f9a/more", "%2F..%2Fcontent"):
        assert fetch(url + path, "POST", Host="name.tunnel.example").status == 403


@pytest.fixture
def site(cloud: EmbeddedCloud, aws: AwsClients) -> Iterator[tuple[SiteAddresses, str]]:
    aws("s3").create_bucket(Bucket="acme-site")
    arn = aws("cloudfront").create_key_value_store(Name="acme")["KeyValueStore"]["ARN"]
    page = {"ContentType": "text/html; charset=utf-8", "CacheControl": "public, max-age=0"}
    for key, body in {
        "releases/r1/index.html": b"<h1>Home</h1>",
        "releases/r1/a b/index.html": b"<h1>Spaced</h1>",
        "releases/r2/index.html": b"<h1>Second</h1>",
    }.items():
        aws("s3").put_object(Bucket="acme-site", Key=key, Body=body, **page)
    aws("s3").put_object(
        Bucket="acme-site", Key="assets/a.1f.css", Body=b"a{}", ContentType="text/css"
    )
    yield (
        cloud.register("acme", "prod", site_bucket="acme-site", pointer_store_arn=arn, api_id=""),
        arn,
    )
    cloud.forget("acme", "prod")
    aws("cloudfront").delete_key_value_store(
        Name="acme", IfMatch=aws("cloudfront").describe_key_value_store(Name="acme")["ETag"]
    )


def set_live_release(aws: AwsClients, store: str, release: str) -> None:
    pointers = aws("cloudfront-keyvaluestore")
    tag = pointers.describe_key_value_store(KvsARN=store)["ETag"]
    pointers.put_key(KvsARN=store, Key="live", Value=release, IfMatch=tag)


@pytest.mark.local
def test_a_site_is_served_like_on_the_edge(
    aws: AwsClients, site: tuple[SiteAddresses, str]
) -> None:
    addresses, store = site
    url = addresses.site_url
    before = fetch(url + "/")
    assert (before.status, before.headers["cache-control"]) == (503, "no-store")
    assert b"not been published yet" in before.body

    set_live_release(aws, store, "r1")
    home = fetch(url + "/")
    assert (home.status, home.body) == (200, b"<h1>Home</h1>")
    assert home.headers["content-type"] == "text/html; charset=utf-8"
    assert home.headers["cache-control"] == "public, max-age=0"
    assert home.headers["x-content-type-options"] == "nosniff"
    assert home.headers["server"] is None
    assert fetch(url + "/a%20b/").body == b"<h1>Spaced</h1>"

    head = fetch(url + "/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(home.body))
    known = fetch(url + "/", if_none_match=home.headers["etag"])
    assert (known.status, known.body) == (304, b"")
    assert known.headers["etag"] == home.headers["etag"]
    other = fetch(url + "/", if_none_match='"something else"')
    assert other.status == 200

    assert fetch(url + "/assets/a.1f.css").headers["content-type"] == "text/css"
    moved = fetch(url + "/blog/a?page=2")
    assert (moved.status, moved.headers["location"]) == (301, "/blog/a/?page=2")
    assert fetch(url + "//elsewhere.example").status == 404
    assert fetch(url + "//elsewhere").headers["location"] == "/elsewhere/"
    for method in ("POST", "PUT", "DELETE"):
        assert (fetch(url + "/", method).status, fetch(url + "/", method).body) == (405, b"")

    set_live_release(aws, store, "r2")
    assert fetch(url + "/").body == b"<h1>Second</h1>"
    assert fetch(url + "/a%").status == 400


@pytest.mark.local
def test_a_missing_page_returns_404_with_the_sites_error_page(
    aws: AwsClients, site: tuple[SiteAddresses, str]
) -> None:
    addresses, store = site
    set_live_release(aws, store, "r1")
    plain = fetch(addresses.site_url + "/nowhere/")
    assert (plain.status, plain.body) == (404, b"Not found\n")
    aws("s3").put_object(
        Bucket="acme-site",
        Key="errors/404.html",
        Body=b"<h1>Lost</h1>",
        ContentType="text/html; charset=utf-8",
    )
    own = fetch(addresses.site_url + "/nowhere/")
    assert (own.status, own.body) == (404, b"<h1>Lost</h1>")
    assert own.headers["content-type"] == "text/html; charset=utf-8"
    escaped = fetch(addresses.site_url + "/%2e%2e/r2/index.html")
    assert escaped.status == 404


@pytest.mark.local
def test_ports_are_stable_and_unique(cloud: EmbeddedCloud) -> None:
    facts = {"site_bucket": "none", "pointer_store_arn": "", "api_id": ""}
    one = cloud.register("one", "prod", **facts)
    two = cloud.register("two", "prod", **facts)
    same = cloud.register("one", "prod", **facts)
    staging = cloud.register("one", "staging", **facts)
    assert same == one
    assert len({one.site_url, two.site_url, staging.site_url, one.content_api_url}) == 4
    assert one.webhook_base_url == one.content_api_url + "/webhooks"
    kill_server(cloud)
    cloud.ensure_running()
    clients = cloud.status().clients or {}
    assert clients["one/prod"] == one
    assert b"not been published yet" in fetch(two.site_url + "/").body
    for client in (("one", "prod"), ("one", "staging"), ("two", "prod")):
        cloud.forget(*client)
        cloud.forget(*client)
    assert not {"one/prod", "two/prod"} & (cloud.status().clients or {}).keys()
    with pytest.raises(OSError, match="refused"):
        fetch(one.site_url + "/")
