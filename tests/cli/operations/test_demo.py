"""`platform demo` of any client: what it would publish, and where it says no before it begins."""

from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from platform_cli.errors import Exit
from platform_cli.sample_deliveries import deliveries
from platform_cli.sample_deliveries.deliveries import Recorded
from tests.cli.conftest import ACME, Call

CLIENTS = Path(__file__).parents[3] / "clients"
CMS = (
    "  cms_config:\n    provider: sanity\n    settings: {project_id: abc123, dataset: production}\n"
)
SHOP = "    provider: shopify\n    settings: {store_domain: acme.myshopify.com}\n"
CART = "    provider: snipcart\n    settings: {public_api_key: YWNtZQ}\n"


def test_a_client_that_is_not_there_is_named(workspace: Path, call: Call) -> None:
    called = call("demo", "acne")
    assert called.code == Exit.USAGE
    assert "there is no client 'acne'" in called.err
    assert "acme" in called.err
    assert not (workspace / ".platform" / "local").exists()


def test_a_client_without_a_provider_has_nothing_to_show(workspace: Path, call: Call) -> None:
    text = ACME.replace(CMS, "").replace("  ecommerce_config:\n" + SHOP, "")
    file = workspace / "clients" / "acme.yaml"
    file.write_text(text.replace("  integration_mode: event_driven\n", ""))
    called = call("demo", "acme")
    assert called.code == Exit.USAGE
    assert "acme has no provider, so no webhook changes its site" in called.err
    assert "platform deploy acme --local" in called.err


def test_a_cart_alone_brings_nothing_to_a_page(workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").write_text(ACME.replace(CMS, "").replace(SHOP, CART))
    called = call("demo", "acme")
    assert called.code == Exit.USAGE
    assert "no provider of acme (snipcart) has a recorded delivery that a page shows" in called.err


@pytest.mark.parametrize("file", sorted(CLIENTS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_has_something_to_publish(file: Path) -> None:
    choice = load_client(file).service_integration.cms_config
    assert choice is not None
    found = list(deliveries.news(choice.provider, choice.settings))
    assert any(news.kind == "article" for news in found)


def test_a_client_gets_what_its_own_vendor_would_send() -> None:
    at = {host: {"repository": f"{host}:acme/journal"} for host in ("github", "gitlab")}
    events = {host: {n.event for n in deliveries.news("decap", at[host])} for host in at}
    assert events == {"github": {"push", "push.added"}, "gitlab": {"gitlab.push"}}


def test_a_title_is_changed_wherever_the_vendor_puts_it() -> None:
    body = b'{"commits":[{"message":"Update \\u201cOld\\u201d","n":1}],"title":"Old"}'
    made = deliveries.retitled(Recorded("push", {}, body), "Old", "New “one”")
    assert made.body.decode() == (
        '{"commits":[{"message":"Update “New “one””","n":1}],"title":"New “one”"}'
    )
