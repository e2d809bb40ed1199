"""A site of each engine, together covering each provider: from a signed delivery to the page.

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
from tests.local.ground import run_command

EXAMPLES = Path(__file__).parents[2] / "clients"
CLIENTS = sorted(file.stem for file in EXAMPLES.glob("*.yaml"))

NEW_PRODUCTS = {
    "shopify_basic": ("products/create", "title", "/products/driftwood-tray/"),
    "shopify_advanced": ("products/update", "title", "/products/winter-lantern/"),
    "woocommerce": ("product.created", "name", "/products/driftwood-tray/"),
}
"""By shop with own products: event of a new product, the field of its title, and its page."""


def get_providers(client: str) -> tuple[ProviderConfig, ProviderConfig]:
    """Return the provider settings of the client's CMS and shop."""
    services = load_client(EXAMPLES / f"{client}.yaml").service_integration
    assert services.cms_config
    assert services.ecommerce_config
    return services.cms_config, services.ecommerce_config


def test_the_examples_cover_all_engines_and_providers() -> None:
    configs = [load_client(EXAMPLES / f"{client}.yaml") for client in CLIENTS]
    assert sorted(config.service_integration.ssg_engine for config in configs) == [
        *engines.starter_engine_names()
    ]
    taking_part = {choice.provider for client in CLIENTS for choice in get_providers(client)}
    assert taking_part == {*providers.provider_names()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a workspace with the example clients."""
    root = tmp_path_factory.mktemp("workspace")
    (root / "clients").mkdir()
    for client in CLIENTS:
        shutil.copyfile(EXAMPLES / f"{client}.yaml", root / "clients" / f"{client}.yaml")
    try:
        yield root
    finally:
        run_command(root, "local", "stop")


class Live:
    """A deployed client, reached by HTTP and by the command line."""

    def __init__(self, root: Path, client: str, site: str) -> None:
        self.root, self.client, self.site = root, client, site

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.site + path, trust_env=False, follow_redirects=True)

    def page(self, path: str) -> str:
        response = self.get(path)
        assert response.status_code == 200, path
        return unescape(response.text)

    def send(self, provider: str, event: str, *edits: str) -> Any:
        arguments = [word for edit in edits for word in ("--edit", edit)]
        return run_command(self.root, "send", self.client, provider, event, *arguments, "--wait")[
            "data"
        ]


@pytest.mark.local
@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_a_signed_delivery_of_each_provider_changes_the_page(root: Path, client: str) -> None:
    require_engine(client)
    cms, shop = get_providers(client)
    result = run_command(root, "demo", client)["data"]
    live = Live(root, client, result["site_url"])
    assert result["provider"] == cms.provider
    assert result["before"] not in {None, result["after"]}
    assert result["page"] in result["changed"]
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", live.page(result["page"]), re.DOTALL)
    assert headline
    assert headline[1].strip() == result["after"]

    check_editor(live, cms)
    check_shop(live, shop.provider, cms.provider)
    run_command(root, "destroy", client, "--yes")


def require_engine(client: str) -> None:
    engine = load_client(EXAMPLES / f"{client}.yaml").service_integration.ssg_engine
    if reason := missing(engine):
        assert "PLATFORM_REQUIRE_ENGINES" not in os.environ, reason
        pytest.skip(reason)


def check_editor(live: Live, cms: ProviderConfig) -> None:
    """Check that /admin/ exists only for a CMS with an editor page."""
    if cms.provider != "decap":
        assert live.get("/admin/").status_code == 404
        return
    assert "decap-cms" in live.page("/admin/")
    repository = str(cms.settings["repository"]).partition(":")[2]
    assert f"repo: {repository}\n" in live.page("/admin/config.yml")


def check_shop(live: Live, shop: str, cms: str) -> None:
    """Check that a delivery of the shop changes the page of a product."""
    match shop:
        case "foxy":
            assert live.send(shop, "transaction/created")["applied"] == "applied"
            if cms == "contentful":
                live.send(cms, "product.publish")
                assert ".foxycart.com/cart" in live.page("/products/gift-box-two-cups/")
        case "snipcart":
            page = "/products/moss-mug/"
            assert "snipcart-add-item" in live.page(page)
            result = live.send(shop, "order.completed", "content.items.0.quantity=1000")
            assert page in result["changed"]
            assert "snipcart-add-item" not in live.page(page)
        case _:
            event, title, page = NEW_PRODUCTS[shop]
            assert live.get(page).status_code == 404
            assert page in live.send(shop, event, f"{title}=A shelf & a lamp")["changed"]
            assert "A shelf & a lamp" in live.page(page)
