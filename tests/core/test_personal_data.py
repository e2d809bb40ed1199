"""No personal data of an order stays in the inbox once the order is settled."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import providers
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ingest.deliveries import Attempt
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import (
    COOL_DOWN,
    discard_deliveries,
    replay_deliveries,
)
from platform_core.pipeline.vendors import ClientProviders, Vendor
from platform_core.webhooks.request import Delivery, Request
from tests.fakes import pipeline, vendors
from tests.fakes.pipeline.steps import T0

PERSONAL: Final = (
    "email", "phone", "first_name", "last_name", "address1", "city", "note", "billingAddressName",
)  # fmt: skip
"""Fields that every object of a body gets: vendors put personal data at any depth."""


def orders() -> Iterator[tuple[str, str]]:
    """Yield the recorded deliveries about a customer: orders, refunds and subscriptions."""
    for name in providers.provider_names():
        for event, recording in sorted(vendors.recordings(name).items()):
            signals = [change["signal"] for change in recording["becomes"] if "signal" in change]
            if any(not one["event_type"].startswith("inventory.") for one in signals):
                yield name, event


def with_personal_data(value: Any, secret: str) -> Any:
    """Return a body whose objects have personal fields with this text."""
    if isinstance(value, list):
        return [with_personal_data(entry, secret) for entry in value]
    if not isinstance(value, dict):
        return value
    inner = {name: with_personal_data(entry, secret) for name, entry in value.items()}
    return inner | dict.fromkeys(PERSONAL, secret)


def client_of(name: str, event: str, request: Request) -> pipeline.World:
    """Return a client of this provider, whose vendor has sent the request."""
    vendor_world = vendors.World(name, vendors.settings_of(name, event))
    vendor_world.double.record(request)
    world = pipeline.World()
    settings = vendors.build_settings(name, vendor_world.settings)
    known = {name: Vendor(name, providers.load_content(name), settings)}
    world.vendors = ClientProviders(
        "acme", "dev", known, lambda _, secret: f"the value of {secret}", vendor_world.http,
        world.clock,
    )  # fmt: skip
    world.ingest_deps = replace(world.ingest_deps, vendors=world.vendors)
    world.ingest = Ingest(world.ingest_deps)
    return world


@pytest.mark.parametrize(("name", "event"), list(orders()))
@given(secret=st.text("abcdefghijk", min_size=12, max_size=12))
def test_a_settled_order_is_kept_as_facts_that_a_replay_publishes(
    name: str, event: str, secret: str
) -> None:
    recorded = vendors.unsigned(vendors.recordings(name)[event])
    body = json.dumps(with_personal_data(json.loads(recorded.body), secret)).encode()
    headers = {**recorded.headers, "x-customer": secret}
    request = replace(recorded, body=body, headers=headers, received_at=T0)
    world = client_of(name, event, request)
    delivery = Delivery(name, "k1", request)
    world.deliveries.keep(delivery)
    assert secret in repr(world.deliveries.rows)

    world.ingest.apply_deliveries([delivery.id])
    row = world.deliveries.rows[delivery.id]
    assert row.delivery.status == "applied"
    assert secret not in repr(row)
    assert row.facts is not None

    published = list(world.bus.events)
    row = replace(row, published_event_ids=())
    world.deliveries.rows[delivery.id] = row
    world.bus.events.clear()
    world.clock.sleep(COOL_DOWN)
    (replayed,) = replay_deliveries(world.ingest_deps, [delivery.id], world.clock.now + 9).replayed
    assert replayed.status == "applied"
    signals = [one for one in published if not one.requires_build]
    assert [one.as_json() for one in world.bus.events] == [one.as_json() for one in signals]
    assert world.deliveries.rows[delivery.id].facts == row.facts


def discarded(name: str, event: str, **fields: object) -> tuple[pipeline.World, str]:
    """Return a client whose failed delivery was purged."""
    request = vendors.edited(vendors.unsigned(vendors.recordings(name)[event]), **fields)
    world = client_of(name, event, replace(request, received_at=T0))
    delivery = Delivery(name, "k1", replace(request, received_at=T0), DeliveryStatus.FAILED)
    world.deliveries.keep(delivery)
    assert discard_deliveries(world.ingest_deps, [delivery.id]) == [delivery.id]
    return world, delivery.id


def test_a_purged_order_is_kept_as_facts_that_a_replay_publishes() -> None:
    world, order = discarded("shopify_basic", "orders/create")
    row = world.deliveries.rows[order]
    assert (row.has_body, row.delivery.request.headers) == (False, {})
    assert "mail@example.org" not in repr(row)
    replay_deliveries(world.ingest_deps, [order], world.clock.now + 9)
    assert [event.event_type for event in world.bus.events] == ["order.placed"]


def test_a_purged_order_that_cannot_be_read_keeps_nothing_to_replay() -> None:
    world, order = discarded("shopify_basic", "orders/create", id="no number")
    row = world.deliveries.rows[order]
    assert (row.has_body, row.facts) == (False, None)
    assert "mail@example.org" not in repr(row)
    report = replay_deliveries(world.ingest_deps, [order], world.clock.now + 9)
    assert [skipped.reason for skipped in report.skipped] == ["its body is no longer kept"]


def test_a_purged_order_that_killed_its_workers_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, event = "shopify_basic", "orders/create"
    request = replace(vendors.unsigned(vendors.recordings(name)[event]), received_at=T0)
    world = client_of(name, event, request)
    delivery = Delivery(name, "k1", request)
    world.deliveries.keep(delivery)
    world.deliveries.start_attempt(delivery.id, Attempt(1, 1, T0 + 330))
    monkeypatch.setattr(Vendor, "parts", lambda *_: pytest.fail("the body was read"))
    assert discard_deliveries(world.ingest_deps, [delivery.id]) == [delivery.id]
    row = world.deliveries.rows[delivery.id]
    assert (row.delivery.status, row.has_body, row.facts) == ("failed", False, None)


def test_purged_content_keeps_its_body() -> None:
    """A replay needs it, and it has no personal data of a customer."""
    world, product = discarded("shopify_basic", "products/update")
    assert world.deliveries.rows[product].has_body
