"""End to end: a client's YAML becomes a live site that signed webhooks change.

One workspace and one deployed client for the whole file. The tests use it as people and
vendors do: by the command line, by HTTP, and with independent signing code.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from tests.contract.shapes import deployed
from tests.local.ground import run_command, try_command

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
CMS_SECRET = "a-secret-of-the-newsroom"
SHOP_SECRET = "a-secret-of-the-shop"
PATIENCE = 120.0


@dataclass(frozen=True)
class Place:
    """A workspace with one deployed client."""

    root: Path
    site: str
    webhooks: str

    def platform(self, *words: str, stdin: str | None = None) -> Any:
        """Run one command and return its data."""
        return run_command(self.root, *words, stdin=stdin)["data"]

    def status(self) -> Any:
        return self.platform("status", "acme")

    def page(self, path: str) -> httpx2.Response:
        return httpx2.get(self.site + path, trust_env=False, follow_redirects=True)

    def post(self, provider: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        return httpx2.post(
            f"{self.webhooks}/{provider}",
            content=body,
            headers={"content-type": "application/json", **headers},
            trust_env=False,
            timeout=30,
        )

    def count_traces(self) -> tuple[int, int]:
        """Return all that a delivery can change: the number of inbox rows and the wanted build."""
        rows = self.platform("events", "acme", "--limit", "1000")["events"]
        return len(rows), self.platform("status", "acme")["site"]["wanted"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("workspace")
    (root / "clients").mkdir()
    shutil.copyfile(ROOT / "clients" / "acme.yaml", root / "clients" / "acme.yaml")
    try:
        result = run_command(root, "deploy", "acme", "--local")["data"]
        place = Place(root, result["site_url"], result["webhook_base_url"])
        place.platform("secrets", "set", "acme", "sanity", "webhook_secret", stdin=CMS_SECRET)
        place.platform("secrets", "set", "acme", "shopify", "webhook_secret", stdin=SHOP_SECRET)
        yield place
    finally:
        run_command(root, "local", "stop")


# --- the vendors, as their documentation describes them ---------------------------------------


def sign_as_sanity(
    body: bytes, *, secret: str = CMS_SECRET, at: float | None = None, operation: str = "update"
) -> dict[str, str]:
    """Sanity signs `t.body`, t in milliseconds, as unpadded base64url."""
    timestamp = str(int((time.time() if at is None else at) * 1000))
    signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).digest()
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return {
        "sanity-webhook-signature": f"t={timestamp},v1={text}",
        "sanity-operation": operation,
        "idempotency-key": hashlib.sha256(body).hexdigest()[:32],
    }


def sign_as_shopify(body: bytes, topic: str) -> dict[str, str]:
    """Shopify signs the body, as base64."""
    signature = hmac.new(SHOP_SECRET.encode(), body, hashlib.sha256).digest()
    return {
        "x-shopify-hmac-sha256": base64.b64encode(signature).decode(),
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": "fjord-and-fern.myshopify.com",
    }


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def make_article(name: str, title: str) -> bytes:
    """Return the body of a Sanity webhook with a full projection of an article."""
    document = {
        "_id": f"article-{name}",
        "_type": "article",
        "_rev": hashlib.sha256(title.encode()).hexdigest()[:22],
        "_createdAt": "2026-11-01T08:00:00Z",
        "_updatedAt": now(),
        "title": title,
        "slug": {"_type": "slug", "current": name},
        "publishedAt": "2026-11-01T08:00:00Z",
        "body": [
            {
                "_key": "a",
                "_type": "block",
                "style": "normal",
                "markDefs": [],
                "children": [{"_key": "b", "_type": "span", "marks": [], "text": "Warm light."}],
            }
        ],
    }
    return json.dumps(document).encode()


def make_product(identity: int, handle: str, title: str) -> bytes:
    """Return the body of a Shopify `products/*` webhook."""
    variant = {
        "id": identity + 1,
        "product_id": identity,
        "title": "Default Title",
        "price": "89.00",
        "sku": "LAMP-1",
        "position": 1,
        "inventory_policy": "deny",
        "compare_at_price": None,
        "option1": "Default Title",
        "inventory_item_id": identity + 2,
        "inventory_quantity": 4,
        "created_at": "2026-11-01T08:00:00Z",
        "updated_at": now(),
        "admin_graphql_api_id": f"gid://shopify/ProductVariant/{identity + 1}",
    }
    document = {
        "id": identity,
        "admin_graphql_api_id": f"gid://shopify/Product/{identity}",
        "title": title,
        "handle": handle,
        "body_html": "<p>A lamp for a long evening.</p>",
        "vendor": "Acme",
        "product_type": "Lamp",
        "status": "active",
        "tags": "",
        "created_at": "2026-11-01T08:00:00Z",
        "updated_at": now(),
        "published_at": "2026-11-01T08:00:00Z",
        "variants": [variant],
        "options": [{"name": "Title", "position": 1, "values": ["Default Title"]}],
        "images": [],
        "image": None,
    }
    return json.dumps(document).encode()


def wait_until(condition: Callable[[], bool], description: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {description}"
        time.sleep(0.2)


def page_contains(place: Place, path: str, text: str) -> Callable[[], bool]:
    return lambda: text in place.page(path).text


def is_accepted(response: httpx2.Response) -> bool:
    """Return whether the response is exactly 200 with JSON. Some vendors accept nothing else."""
    return (
        response.status_code == 200
        and response.headers["content-type"].startswith("application/json")
        and "request_id" in response.json()
    )


# --- the tests, in order ------------------------------------------------------------------------


def test_the_site_is_live_after_the_deploy(place: Place) -> None:
    home = place.page("/")
    assert home.status_code == 200
    assert "Fjord &amp; Fern" in home.text
    assert place.page("/no-such-page/").status_code == 404


def test_a_second_deploy_changes_nothing(place: Place) -> None:
    result = place.platform("deploy", "acme", "--local")
    assert (result["changed"], result["build_id"]) == (False, None), result
    assert place.platform("plan", "acme", "--local")["changes"] == []


def test_a_signed_delivery_changes_the_page_once(place: Place) -> None:
    first = make_article("evening-light", "Evening light")
    assert is_accepted(place.post("sanity", first, sign_as_sanity(first, operation="create")))
    wait_until(page_contains(place, "/articles/evening-light/", "Evening light"), "a new article")

    body = make_article("evening-light", "Light for a long evening")
    headers = sign_as_sanity(body)
    assert is_accepted(place.post("sanity", body, headers))
    wait_until(
        page_contains(place, "/articles/evening-light/", "Light for a long evening"), "an edit"
    )

    before = place.count_traces()
    assert is_accepted(place.post("sanity", body, headers))
    captured = {**headers, "idempotency-key": "another"}
    assert is_accepted(place.post("sanity", body, captured))
    assert place.count_traces() == before


@pytest.fixture(scope="module")
def before_forgeries(place: Place) -> tuple[int, int]:
    """Count the traces once: no forgery may add to them, so they are those before the next one."""
    return place.count_traces()


@pytest.mark.parametrize("wrong", ["flipped", "secret", "old", "future", "provider", "unsigned"])
def test_an_invalid_delivery_is_rejected_and_not_stored(
    place: Place, before_forgeries: tuple[int, int], wrong: str
) -> None:
    body = make_article("forged", f"Forged: {wrong}")
    headers, provider, status = sign_as_sanity(body), "sanity", 401
    match wrong:
        case "flipped":
            body = body.replace(b"Forged", b"Forfed")
        case "secret":
            headers = sign_as_sanity(body, secret="a-guess")
        case "old":
            headers = sign_as_sanity(body, at=time.time() - 301)
        case "future":
            headers = sign_as_sanity(body, at=time.time() + 330)
        case "provider":
            provider, status = "contentful", 404
        case "unsigned":
            headers = {}
    response = place.post(provider, body, headers)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert place.count_traces() == before_forgeries


def test_a_product_page_appears_and_disappears(place: Place) -> None:
    body = make_product(7001, "reading-lamp", "Reading lamp")
    assert is_accepted(place.post("shopify_basic", body, sign_as_shopify(body, "products/create")))
    wait_until(page_contains(place, "/products/reading-lamp/", "Reading lamp"), "a new product")

    gone = json.dumps({"id": 7001}).encode()
    assert is_accepted(place.post("shopify", gone, sign_as_shopify(gone, "products/delete")))
    wait_until(lambda: place.page("/products/reading-lamp/").status_code == 404, "its end")


def test_a_rollback_needs_no_build(place: Place) -> None:
    body = make_article("rolled", "Before the rollback")
    place.post("sanity", body, sign_as_sanity(body))
    wait_until(page_contains(place, "/articles/rolled/", "Before the rollback"), "an article")
    builds = len(place.platform("builds", "acme", "--limit", "1000")["builds"])
    started = time.monotonic()
    result = place.platform("rollback", "acme")
    assert place.page("/articles/rolled/").status_code == 404
    assert time.monotonic() - started < 10
    assert result["release"] != result["previous"]
    assert place.platform("releases", "list", "acme")["pinned"] is True
    assert len(place.platform("builds", "acme", "--limit", "1000")["builds"]) == builds

    assert place.platform("releases", "resume", "acme")["live"] == result["previous"]
    wait_until(page_contains(place, "/articles/rolled/", "Before the rollback"), "the newest again")


@pytest.mark.slow
def test_a_rotation_adds_an_address_and_keeps_the_former_one(place: Place) -> None:
    rotated = place.platform("webhooks", "rotate", "acme", "--yes")
    token = rotated["webhook_address"].rpartition("/")[2]
    assert rotated["webhook_address"] == f"{place.webhooks}/{{provider}}/{token}"
    body = make_article("rotated", "To the new address")
    headers = sign_as_sanity(body)
    assert is_accepted(place.post(f"sanity/{token}", body, headers))
    assert is_accepted(place.post("sanity", body, headers)), "the former address, for a week"
    assert place.post(f"sanity/{token}", body + b" ", headers).status_code == 401
    assert place.post(f"sanity/{token[::-1]}", body, headers).status_code == 404
    assert place.post(f"shopify_advanced/{token}", body, headers).status_code == 404
    place.platform("send", "acme", "shopify", "products/update")
    addresses = {each["provider"]: each["address"] for each in place.status()["webhooks"]}
    assert addresses["sanity"] == f"{place.webhooks}/sanity/{token}"
    assert place.platform("plan", "acme", "--local")["changes"] == [], "a deploy keeps the address"


@pytest.mark.slow
def test_no_key_of_json_is_lost(place: Place) -> None:
    """A golden file of tests/contract: what scripts read of a deployed client is still there."""
    golden = ROOT / "tests" / "contract" / "golden" / "names" / "json_of_deployed_verbs.json"

    def call(*words: str) -> Any:
        # A rotation to the same value: the tests below sign with it.
        return run_command(place.root, *words, stdin=SHOP_SECRET if "rotate" in words else None)

    seen = deployed(call)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(seen, indent=1) + "\n")
    lost = {
        words: missing
        for words, keys in json.loads(golden.read_text()).items()
        if (missing := set(keys) - set(seen[words]))
    }
    assert not lost


def sitemap_urls(place: Place) -> set[str]:
    return set(re.findall(r"<loc>([^<]+)</loc>", place.page("/sitemap.xml").text))


@pytest.mark.slow
def test_many_deliveries_cause_few_builds_and_the_last_one_is_published(place: Place) -> None:
    before = len(place.platform("builds", "acme", "--limit", "1000")["builds"])
    bodies = [make_article(f"flood-{n % 20}", f"Flood {n}") for n in range(180)]

    def send(body: bytes) -> bool:
        return is_accepted(place.post("sanity", body, sign_as_sanity(body)))

    with ThreadPoolExecutor(8) as vendors:
        assert all(vendors.map(send, bodies))
    last = make_article("flood-0", "The last word")
    assert send(last)
    wait_until(page_contains(place, "/articles/flood-0/", "The last word"), "the end of the flood")
    status = place.platform("status", "acme")["site"]
    assert status["built"] == status["wanted"]
    after = len(place.platform("builds", "acme", "--limit", "1000")["builds"])
    assert after - before <= 3


@pytest.mark.slow
def test_changing_the_engine_keeps_all_urls(place: Place) -> None:
    before = sitemap_urls(place)
    assert len(before) > 10
    file = place.root / "clients" / "acme.yaml"
    file.write_text(file.read_text().replace("ssg_engine: eleventy", "ssg_engine: hugo"))
    assert place.platform("deploy", "acme", "--local")["changed"] is True
    assert sitemap_urls(place) == before
    assert all(httpx2.get(item, trust_env=False).status_code == 200 for item in before)


def test_a_sync_of_unchanged_content_writes_nothing(place: Place) -> None:
    result = place.platform("sync", "acme")
    assert {item["provider"] for item in result["read"]} == {"sanity", "shopify_basic"}
    assert all(item["listed"] and not item["written"] + item["removed"] for item in result["read"])
    assert result["retired"] == []


def active_providers(place: Place) -> set[str]:
    items = place.platform("content", "acme")["items"]
    return {item["provider_name"] for item in items if item["status"] != "deleted"}


@pytest.mark.slow
def test_changing_the_cms_keeps_the_shop(place: Place) -> None:
    before = place.platform("deploy", "acme", "--local")
    products = {item for item in sitemap_urls(place) if "/products/" in item}
    file = place.root / "clients" / "acme.yaml"
    text = file.read_text().replace("provider: sanity", "provider: decap")
    settings = "settings: {project_id: fjordfrn, dataset: production}"
    file.write_text(
        text.replace(settings, "settings: {repository: 'github:fjord-and-fern/journal'}")
    )

    assert place.page("/admin/").status_code == 404
    changes = place.platform("plan", "acme", "--local")["changes"]
    assert changes
    lost = {item["type"] for item in changes if item["action"] in {"removed", "replaced"}}
    assert lost <= {"AWS::ApiGatewayV2::Route"}, "only the former provider's own address ends"
    code, refused = try_command(place.root, "deploy", "acme", "--local")
    assert code == 2
    assert any("removes its" in warning for warning in refused["warnings"])
    assert active_providers(place) == {"sanity", "shopify_basic"}, "nothing is changed unasked"
    after = place.platform("deploy", "acme", "--local", "--yes")
    assert after["stack"] == before["stack"], "CloudFormation renames no stack"
    assert active_providers(place) == {"decap", "shopify_basic"}, "the former content is public"
    assert place.platform("sync", "acme")["retired"] == []
    assert {item for item in sitemap_urls(place) if "/products/" in item} == products
    assert place.page("/articles/flood-0/").status_code == 404
    assert place.page("/articles/a-shelf-for-seconds/").status_code == 200
    backend = yaml.safe_load(place.page("/admin/config.yml").text)["backend"]
    assert (backend["repo"], backend["branch"]) == ("fjord-and-fern/journal", "main")


@pytest.mark.slow
def test_an_editor_page_is_removed_with_its_provider(place: Place) -> None:
    assert place.page("/admin/").status_code == 200
    file = place.root / "clients" / "acme.yaml"
    before = (ROOT / "clients" / "acme.yaml").read_text()
    file.write_text(before.replace("ssg_engine: eleventy", "ssg_engine: hugo"))
    assert place.platform("deploy", "acme", "--local", "--yes")["changed"] is True
    assert place.page("/admin/").status_code == 404


def test_a_destroyed_client_is_not_served(place: Place) -> None:
    place.platform("destroy", "acme", "--yes")
    assert place.platform("local", "status")["clients"] == {}
    with pytest.raises(httpx2.ConnectError):
        place.page("/")
