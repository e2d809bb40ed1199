"""A site of every engine, with every provider among them: from a signed delivery to the page.

The clients are the examples in `clients/`, each deployed, changed and destroyed. Takes minutes.
"""

import os
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from platform_cli import engines
from platform_cli.config.load import load_client
from platform_cli.config.model import ProviderConfig
from platform_core import providers
from tests.engines.sites import missing
from tests.local.ground import run

EXAMPLES = Path(__file__).parents[2] / "clients"
CLIENTS = sorted(file.stem for file in EXAMPLES.glob("*.yaml"))

SHELVES = {
    "shopify_basic": ("products/create", "title", "/products/driftwood-tray/"),
    "shopify_advanced": ("products/update", "title", "/products/winter-lantern/"),
    "woocommerce": ("product.created", "name", "/products/driftwood-tray/"),
}
"""Of a shop with products of its own: an event of a new one, the field of its title, its page."""


def chosen(client: str) -> tuple[ProviderConfig, ProviderConfig]:
    """Its CMS and its shop."""
    picked = load_client(EXAMPLES / f"{client}.yaml").service_integration
    assert picked.cms_config
    assert picked.ecommerce_config
    return picked.cms_config, picked.ecommerce_config


def test_the_examples_have_every_engine_and_every_provider() -> None:
    configs = [load_client(EXAMPLES / f"{client}.yaml") for client in CLIENTS]
    assert sorted(each.service_integration.ssg_engine for each in configs) == [*engines.names()]
    taking_part = {choice.provider for client in CLIENTS for choice in chosen(client)}
    assert taking_part == {*providers.provider_names()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with the examples."""
    root = tmp_path_factory.mktemp("workspace")
    (root / "clients").mkdir()
    for client in CLIENTS:
        shutil.copyfile(EXAMPLES / f"{client}.yaml", root / "clients" / f"{client}.yaml")
    try:
        yield root
    finally:
        run(root, "local", "stop")


class Live:
    """A deployed client, as a visitor and a person at the command line have it."""

    def __init__(self, root: Path, client: str, site: str) -> None:
        self.root, self.client, self.site = root, client, site

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.site + path, trust_env=False, follow_redirects=True)

    def page(self, path: str) -> str:
        found = self.get(path)
        assert found.status_code == 200, path
        return unescape(found.text)

    def send(self, provider: str, event: str, *edits: str) -> Any:
        words = [word for edit in edits for word in ("--edit", edit)]
        return run(self.root, "send", self.client, provider, event, *words, "--wait")["data"]


@pytest.mark.local
@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_a_signed_delivery_of_each_provider_changes_the_page(root: Path, client: str) -> None:
    require_engine(client)
    cms, shop = chosen(client)
    told = run(root, "demo", client)["data"]
    live = Live(root, client, told["site_url"])
    assert told["provider"] == cms.provider
    assert told["before"] not in {None, told["after"]}
    assert told["page"] in told["changed"]
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", live.page(told["page"]), re.DOTALL)
    assert headline
    assert headline[1].strip() == told["after"]

    an_editor_is_there(live, cms)
    the_shop_sells(live, shop.provider, cms.provider)
    run(root, "destroy", client, "--yes")


def require_engine(client: str) -> None:
    engine = load_client(EXAMPLES / f"{client}.yaml").service_integration.ssg_engine
    if reason := missing(engine):
        assert "PLATFORM_REQUIRE_ENGINES" not in os.environ, reason
        pytest.skip(reason)


def an_editor_is_there(live: Live, cms: ProviderConfig) -> None:
    """At /admin/, of a CMS that has such a page, and of no other."""
    if cms.provider != "decap":
        assert live.get("/admin/").status_code == 404
        return
    assert "decap-cms" in live.page("/admin/")
    repository = str(cms.settings["repository"]).partition(":")[2]
    assert f"repo: {repository}\n" in live.page("/admin/config.yml")


def the_shop_sells(live: Live, shop: str, cms: str) -> None:
    """What a delivery of the shop does to the page of a product."""
    match shop:
        case "foxy":
            assert live.send(shop, "transaction/created")["applied"] == "applied"
            if cms == "contentful":
                live.send(cms, "product.publish")
                assert ".foxycart.com/cart" in live.page("/products/gift-box-two-cups/")
        case "snipcart":
            page = "/products/moss-mug/"
            assert "snipcart-add-item" in live.page(page)
            told = live.send(shop, "order.completed", "content.items.0.quantity=1000")
            assert page in told["changed"]
            assert "snipcart-add-item" not in live.page(page)
        case _:
            event, title, page = SHELVES[shop]
            assert live.get(page).status_code == 404
            assert page in live.send(shop, event, f"{title}=A shelf & a lamp")["changed"]
            assert "A shelf & a lamp" in live.page(page)
