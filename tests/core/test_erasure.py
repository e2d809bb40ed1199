"""A vendor's requests to erase or to see personal data, from the signed webhook to the inbox."""

import json
from dataclasses import replace
from typing import Any

import pytest

from platform_core import providers
from platform_core.ingress.receive import IngressDeps, IngressResponse, receive
from platform_core.pipeline.ingest.erasure import Subject
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.vendors import ClientProviders, Vendor
from platform_core.webhooks.request import Delivery
from tests.fakes import pipeline, vendors
from tests.fakes.world import MemorySecrets

SHOPIFY = "shopify_basic"
EMAIL = "mail@example.org"


class Shop:
    """A client whose shop is Shopify, and whose texts come from another provider."""

    def __init__(self) -> None:
        self.world = pipeline.World()
        settings = vendors.build_settings(SHOPIFY)
        known = {
            **self.world.vendors.known,
            SHOPIFY: Vendor(SHOPIFY, providers.load_content(SHOPIFY), settings),
        }
        http = vendors.World(SHOPIFY).http
        clients = ClientProviders(
            "acme", "dev", known, lambda _, name: f"the value of {name}", http, self.world.clock
        )
        self.world.ingest_deps = replace(self.world.ingest_deps, vendors=clients)
        self.world.ingest = Ingest(self.world.ingest_deps)
        self.endpoint = IngressDeps(
            find=lambda name: (name, providers.load_webhook(name)),
            settings={SHOPIFY: settings.model_dump(mode="json")},
            secrets=MemorySecrets(vendors.SECRET),
            inbox=self.world.deliveries,
            http=http,
            clock=self.world.clock,
            sleep=self.world.clock.sleep,
        )

    def send(self, event: str, *, is_signed: bool = True, **fields: object) -> IngressResponse:
        """Post a recorded delivery with other fields, and apply what is stored."""
        request = vendors.unsigned(vendors.recordings(SHOPIFY)[event])
        request = replace(vendors.edited(request, **fields), received_at=self.world.clock.now)
        if is_signed:
            request = vendors.signed(SHOPIFY, request)
        response = receive(request, SHOPIFY, self.endpoint)
        self.world.ingest.apply_deliveries(list(self.world.deliveries.pending()))
        if response.delivery_id:
            self.world.ingest.apply_deliveries([response.delivery_id])
        return response

    def fail(self, provider: str, **fields: object) -> str:
        """Store a delivery that waits for a person."""
        order = vendors.unsigned(vendors.recordings(SHOPIFY)["orders/create"])
        body = vendors.edited(order, **fields)
        delivery = Delivery(provider, f"k{len(self.world.deliveries.rows)}", body)
        self.world.deliveries.keep(replace(delivery, status="failed"))  # type: ignore[arg-type]
        return delivery.id

    @property
    def rows(self) -> set[str]:
        return set(self.world.deliveries.rows)

    def events(self) -> list[Any]:
        return [json.loads(event.as_json()) for event in self.world.bus.events]


def test_a_signed_request_erases_the_customer_and_nothing_else() -> None:
    shop = Shop()
    settled = shop.send("orders/create").delivery_id
    failed = shop.fail(SHOPIFY, id=6101, name="#1043")
    others = {
        shop.send("orders/create", id=6102, name="#1044", email="jane@example.org").delivery_id,
        shop.send("products/update").delivery_id,
        shop.fail("shop"),
    }
    request = shop.send("customers/redact").delivery_id
    assert shop.rows == {*others, request}
    assert not {settled, failed} & shop.rows


def test_the_request_itself_keeps_no_personal_data() -> None:
    shop = Shop()
    request = shop.send("customers/redact").delivery_id
    row = shop.world.deliveries.rows[request]
    assert row.delivery.status == "applied"
    assert row.reason == "the vendor asked to erase stored deliveries, and they are erased"
    assert EMAIL not in repr(row)
    (event,) = shop.events()
    assert (event["event_type"], event["data"]) == ("customer.erased", {"orders": ["6100"]})


@pytest.mark.parametrize("event", ["customers/redact", "shop/redact"])
def test_a_request_without_a_valid_signature_erases_nothing(event: str) -> None:
    shop = Shop()
    shop.fail(SHOPIFY)
    before = shop.rows
    assert shop.send(event, is_signed=False).status == 401
    assert shop.rows == before


@pytest.mark.parametrize("event", ["customers/redact", "customers/data_request", "shop/redact"])
def test_a_request_of_another_shop_waits_for_a_person(event: str) -> None:
    """One app has one address for the requests of all its shops."""
    shop = Shop()
    kept = shop.fail(SHOPIFY)
    request = shop.send(event, shop_domain="another.myshopify.com").delivery_id
    assert shop.rows == {kept, request}
    row = shop.world.deliveries.rows[request]
    assert (row.delivery.status, "another shop" in row.reason) == ("failed", True)


def test_the_topic_alone_erases_nothing() -> None:
    """Only the body is signed: a captured order under another topic is an order."""
    shop = Shop()
    request = vendors.unsigned(vendors.recordings(SHOPIFY)["orders/create"])
    headers = {**request.headers, "x-shopify-topic": "shop/redact"}
    changes = vendors.World(SHOPIFY).changes(replace(request, headers=headers))
    assert [type(change).__name__ for change in changes] == ["Signal"]
    assert shop.rows == set()


def test_a_shop_that_leaves_is_erased_but_not_the_other_provider() -> None:
    shop = Shop()
    shop.send("orders/create")
    shop.send("products/update")
    other = shop.fail("shop")
    request = shop.send("shop/redact").delivery_id
    assert shop.rows == {other, request}


def test_a_request_for_data_is_shown_to_the_operator() -> None:
    shop = Shop()
    shop.send("orders/create")
    request = shop.send("customers/data_request").delivery_id
    row = shop.world.deliveries.rows[request]
    assert (row.delivery.status, row.reason) == (
        "applied",
        "a customer asks for the stored data (docs/privacy.md): gid://shopify/Customer/7001",
    )
    assert EMAIL not in repr(row)
    event = shop.events()[-1]
    assert (event["event_type"], event["data"]) == ("customer.data_requested", {"orders": ["6100"]})
    assert len(shop.rows) == 2


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_deeply_nested_body_is_searched(depth: int) -> None:
    body = "[" * depth + f'"{EMAIL}"' + "]" * depth
    assert Subject(emails=(EMAIL,)).is_in(body)
    assert not Subject(emails=("other@example.org",)).is_in(body)
