"""The simulated vendor that answers for an address in the embedded cloud, and its state."""

import asyncio
import io
import json
import zipfile
from base64 import b64encode
from pathlib import Path
from typing import Any, cast

import pytest

from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.vendor_apis import VendorApis, find_provider, get_state_name
from platform_core import providers
from platform_core.http import HttpResponse
from platform_core.provider_kit.simulated_vendor import SITE_FILES_PATH
from tests.fakes.vendors import recordings, signed, unsigned


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("fjordfrn.api.sanity.io/v1/data.json", "sanity"),
        ("api.github.com/repos/a/b/contents/x.json", "tina"),  # of all on Git hosts the last
        ("shop.example/wp-json/wc/v3/products", "woocommerce"),
        ("shop.example/blog/wp-json/wc/v3/products/1?x=.json", "woocommerce"),
        ("writing.example/api/articles", "strapi"),
        ("shop.example/intern/api/articles", "strapi"),
        ("cheerful-name.strapiapp.com/api/pages", "strapi"),
        ("app.snipcart.com/api/products", "snipcart"),
        ("press.example/content.json", "generic"),
        ("press.example/api/content.json", "generic"),
        ("press.example/content.json?from=4", "generic"),
        ("api.nowhere.example/v1/x?y=1", None),
        ("api.nowhere.example", None),
    ],
)
def test_the_most_specific_simulation_answers(address: str, expected: str | None) -> None:
    assert find_provider(address) == expected


def test_two_plans_of_one_vendor_share_their_state(tmp_path: Path) -> None:
    """A delivery to one of them is known to the simulation that answers the vendor's address."""
    names = ("shopify_basic", "shopify_advanced")
    assert {get_state_name(providers.load_simulated(name).Simulated) for name in names} == {
        "_shopify"
    }
    on_git = ("decap", "tina")
    assert {get_state_name(providers.load_simulated(name).Simulated) for name in on_git} == {"_git"}
    vendors = VendorApis(tmp_path, cast("Emulator", None), "key")
    delivery = signed(names[0], unsigned(recordings(names[0])["products/create"]))
    assert vendors.record_delivery("acme", names[0], delivery)
    assert "Driftwood tray" in (tmp_path / "acme" / "_shopify.json").read_text()


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        ("key", 502, "no provider simulates the host api.nowhere.example"),
        ("another", 403, "the address carries no valid key"),
        ("", 403, "the address carries no valid key"),
    ],
)
def test_a_request_needs_a_key_and_a_simulated_host(
    tmp_path: Path, key: str, status: int, message: str
) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    path = f"/_vendors/{key}/acme/api.nowhere.example/v1/x"
    scope = {"type": "http", "method": "GET", "raw_path": path.encode(), "path": path,
             "query_string": b"", "headers": []}  # fmt: skip
    asyncio.run(VendorApis(tmp_path, cast("Emulator", None), "key")(scope, receive, send))
    assert sent[0]["status"] == status
    assert json.loads(sent[1]["body"])["message"] == message


def commit_site(vendors: VendorApis, at: int, **files: bytes) -> bool:
    """Give the files of a site to the simulated Git host."""
    order = {
        "branch": "main",
        "at": at,
        "files": {
            name.replace("__", "/"): b64encode(text).decode() for name, text in files.items()
        },
    }
    body = json.dumps(order).encode()
    answer = vendors._respond("acme", "PUT", f"https://api.github.com{SITE_FILES_PATH}", {}, body)
    assert answer is not None
    return bool(json.loads(answer.body)["changed"])


def head_files(vendors: VendorApis) -> dict[str, bytes]:
    """Return the files in the archive of the head, as a build gets it."""

    def get(url: str) -> HttpResponse:
        answer = vendors._respond("acme", "GET", url, {}, b"")
        assert answer is not None
        return answer

    api = "https://api.github.com/repos/fjord-and-fern/journal"
    head = json.loads(get(f"{api}/branches/main").body)["commit"]["sha"]
    archive = get(get(f"{api}/zipball/{head}").headers["location"])
    with zipfile.ZipFile(io.BytesIO(archive.body)) as files:
        return {name.partition("/")[2]: files.read(name) for name in files.namelist()}


def test_a_folder_is_committed_without_undoing_an_editors_save(tmp_path: Path) -> None:
    vendors = VendorApis(tmp_path, cast("Emulator", None), "key")
    article = "content__articles__a-shelf-for-seconds.md"
    old = b"---\ntitle: Old\n---\n"
    assert commit_site(vendors, 1_764_000_000, **{article: old, "logo.png": b"\x89PNG"})
    assert head_files(vendors) == {article.replace("__", "/"): old, "logo.png": b"\x89PNG"}
    assert not commit_site(vendors, 1_764_000_001, **{article: old, "logo.png": b"\x89PNG"})

    delivery = signed("decap", unsigned(recordings("decap")["push"]))
    assert vendors.record_delivery("acme", "decap", delivery)
    assert b"A shelf for seconds, and thirds" in head_files(vendors)[article.replace("__", "/")]
    assert commit_site(vendors, 4_000_000_000, **{article: old, "base.html": b"new"})
    files = head_files(vendors)
    assert b"A shelf for seconds, and thirds" in files[article.replace("__", "/")]
    assert files["base.html"] == b"new"
    assert "logo.png" not in files
