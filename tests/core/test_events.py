"""Events: schema 1.0, stable ids, pointers only, attributes that filters can read."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from platform_core import contract
from platform_core.content.model import ContentType, UnifiedContent
from platform_core.pipeline.events import Event, EventOrigin, event_for_change
from platform_core.provider import Change, Removal, Signal, Upsert

AT = datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=2)))
ORIGIN = EventOrigin("shop#k1", "shop", "acme", "prod", AT)


def item(content_type: ContentType = ContentType.PRODUCT) -> UnifiedContent:
    return UnifiedContent(
        id="p1", title="Teapot", slug="teapot", content_type=content_type, body="<p>secret</p>",
        provider_type="ecommerce", provider_name="shop", version=3, created_at=AT, updated_at=AT,
    )  # fmt: skip


def event(change: Change, *, existed: bool = True, ordinal: int = 0) -> Event:
    return event_for_change(change, ordinal, ORIGIN, existed=existed)


def test_the_message_has_exactly_the_fields_of_schema_1_0() -> None:
    message = json.loads(event(Upsert(item())).as_json())
    assert message == {
        "schema_version": "1.0",
        "event_id": message["event_id"],
        "event_type": "content.updated",
        "provider_name": "shop",
        "content_id": "p1",
        "content_type": "product",
        "timestamp": "2026-11-21T08:00:00.000Z",
        "client_id": "acme",
        "environment": "prod",
        "requires_build": True,
        "priority": "normal",
        "data": {"version": 3, "status": "published", "slug": "teapot"},
    }


@pytest.mark.parametrize(
    ("change", "existed", "event_type", "topic", "builds"),
    [
        (Upsert(item()), False, "content.created", contract.CONTENT_TOPIC, True),
        (Upsert(item()), True, "content.updated", contract.CONTENT_TOPIC, True),
        (Upsert(item(ContentType.COLLECTION)), False, "collection.created",
         contract.CONTENT_TOPIC, True),
        (Upsert(item(ContentType.COLLECTION)), True, "collection.updated",
         contract.CONTENT_TOPIC, True),
        (Upsert(item(ContentType.ORDER)), False, "order.placed", contract.COMMERCE_TOPIC, False),
        (Removal("p1", "product", 4), True, "content.deleted", contract.CONTENT_TOPIC, True),
        (Signal("order.placed", "o1"), False, "order.placed", contract.COMMERCE_TOPIC, False),
        (Signal("inventory.updated", "p1"), True, "inventory.updated",
         contract.COMMERCE_TOPIC, False),
        (Signal("build.failed", "b1"), True, "build.failed", contract.BUILD_TOPIC, False),
    ],
)  # fmt: skip
def test_each_change_has_its_type_topic_and_consequence(
    change: Change, existed: bool, event_type: str, topic: str, builds: bool
) -> None:
    message = event(change, existed=existed)
    assert (message.event_type, message.topic(), message.requires_build) == (
        event_type,
        topic,
        builds,
    )


def test_the_same_change_of_the_same_delivery_has_the_same_id() -> None:
    assert event(Upsert(item())).event_id == event(Upsert(item())).event_id
    assert event(Upsert(item())).event_id != event(Upsert(item()), ordinal=1).event_id


def test_no_content_is_in_a_message() -> None:
    assert "secret" not in event(Upsert(item())).as_json()


def test_attributes_are_text_that_filters_read() -> None:
    message = event(Upsert(item()))
    assert message.attributes() == {
        "event_type": "content.updated",
        "content_type": "product",
        "provider_name": "shop",
        "requires_build": "true",
        "build_hint": "false",
        "client_id": "acme",
        "environment": "prod",
    }
    assert message.with_build_hint().attributes()["build_hint"] == "true"
    assert "build_hint" not in json.loads(message.with_build_hint().as_json())
