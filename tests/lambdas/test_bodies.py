"""Large bodies: the body of a waiting delivery never expires, and a replay reads it whole."""

from dataclasses import replace
from typing import Any

import boto3
import pytest

from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.dynamodb.inbox import LARGEST_IN_ROW, DynamoInbox
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.pipeline.ports import (
    DeliveryResult,
    Discarded,
    FailedAttempt,
    ReplayRequest,
    SettledFacts,
    StoredDelivery,
)
from platform_core.webhooks.request import Delivery, Request
from tests.fakes.pipeline import T0

BODY = b'{"a": "' + b"x" * LARGEST_IN_ROW + b'"}'
LARGE = Delivery("shop", "k1", Request("POST", "/webhooks/shop", {}, BODY, T0, "req-1"))
SMALL = Request("POST", "/webhooks/shop", {"user-agent": "a phone"}, b'{"a": 1}', T0, "req-1")
TWIN = replace(LARGE, key="k2")
"""Another delivery of the same bytes, with an object of its own."""
FAILED = FailedAttempt(1, "no", T0, is_final=True)


class Place:
    def __init__(self, table: str, bucket: str) -> None:
        dynamodb, s3 = clients.client("dynamodb"), clients.client("s3")
        self.bucket = bucket
        self.door = DynamoInbox(dynamodb, s3, table=table, bucket=bucket, client_id="acme")
        self.deliveries = DynamoDeliveries(dynamodb, s3, table=table, bucket=bucket)

    def objects(self, prefix: str) -> list[str]:
        s3: Any = boto3.client("s3")
        listed = s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for item in listed.get("Contents", ())]

    def age(self) -> None:
        """Delete the objects that have an age rule."""
        s3: Any = boto3.client("s3")
        for key in self.objects(contract.RAW_BODIES):
            s3.delete_object(Bucket=self.bucket, Key=key)

    def read(self, delivery_id: str = "shop#k1") -> StoredDelivery:
        row = self.deliveries.read(delivery_id)
        assert row is not None
        return row


@pytest.fixture
def place(inbox_table: str, bucket: str) -> Place:
    return Place(inbox_table, bucket)


def test_the_body_of_a_failed_delivery_outlives_the_age_rule(place: Place) -> None:
    for delivery in (LARGE, TWIN):
        place.door.put(delivery)
        place.deliveries.record_failure(delivery.id, FAILED)
    place.age()
    assert place.read().delivery.request.body == BODY
    assert place.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.FAILED, 1, T0))
    place.deliveries.mark_applied("shop#k1", DeliveryResult(DeliveryStatus.APPLIED, (), T0))
    assert place.read().delivery.request.body == BODY
    assert len(place.objects(contract.BODIES_SET_ASIDE)) == 1, "its twin still waits"
    assert place.read("shop#k2").delivery.request.body == BODY


def test_a_body_is_stored_again_each_time(place: Place) -> None:
    place.door.put(LARGE)
    for number in (1, 2, 3):
        place.deliveries.record_failure("shop#k1", FAILED)
        place.age()
        assert len(place.objects(contract.BODIES_SET_ASIDE)) == 1
        assert place.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.FAILED, number, T0))
        assert place.objects(contract.BODIES_SET_ASIDE) == []
        assert place.read().has_body


def test_the_body_of_a_quarantined_delivery_never_expires(place: Place) -> None:
    place.door.put(
        replace(LARGE, status=DeliveryStatus.QUARANTINED), quarantine_reason="not understood"
    )
    place.age()
    assert place.read().delivery.request.body == BODY


def test_the_body_of_a_discarded_delivery_expires_by_its_age(place: Place) -> None:
    place.door.put(LARGE)
    place.deliveries.record_failure("shop#k1", FAILED)
    assert place.deliveries.discard("shop#k1", Discarded(DeliveryStatus.FAILED, T0))
    assert place.objects(contract.BODIES_SET_ASIDE) == []
    assert place.read().has_body
    place.age()
    assert not place.read().has_body


@pytest.mark.parametrize("delivery", [LARGE, replace(LARGE, request=SMALL)], ids=["large", "small"])
def test_facts_replace_the_body_of_a_discarded_delivery(place: Place, delivery: Delivery) -> None:
    place.door.put(delivery)
    place.deliveries.record_failure(delivery.id, FAILED)
    facts = SettledFacts(None, "3f9c", place.read().body_key)
    assert place.deliveries.discard(delivery.id, Discarded(DeliveryStatus.FAILED, T0, facts))
    stored = place.read()
    assert (stored.has_body, stored.facts, stored.delivery.request.headers) == (False, None, {})
    assert place.objects(contract.BODIES_SET_ASIDE) == place.objects(contract.RAW_BODIES) == []


@pytest.mark.parametrize("delivery", [LARGE, replace(LARGE, request=SMALL)], ids=["large", "small"])
def test_facts_replace_the_body_and_the_headers(place: Place, delivery: Delivery) -> None:
    place.door.put(delivery)
    place.door.put(TWIN)
    place.deliveries.record_failure(delivery.id, FAILED)
    assert place.deliveries.reopen(delivery.id, ReplayRequest(DeliveryStatus.FAILED, 1, T0))
    facts = SettledFacts('[{"data": {"total": 1.50}}]', "3f9c", place.read().body_key)
    result = DeliveryResult(DeliveryStatus.APPLIED, (), T0, facts=facts)
    place.deliveries.mark_applied(delivery.id, result)

    settled = place.read()
    assert (settled.has_body, settled.facts, settled.can_be_applied) == (False, facts.signals, True)
    assert settled.delivery.request.headers == {}
    assert len(place.objects("")) == 1, "only the body of its twin is left"
    assert place.read("shop#k2").delivery.request.body == BODY
    assert place.deliveries.reopen(delivery.id, ReplayRequest(DeliveryStatus.APPLIED, 2, T0))
    assert place.read().facts == facts.signals


def test_a_body_under_an_older_key_is_left_to_its_age_rule(place: Place) -> None:
    """Deliveries of the same bytes shared it, and another one may still wait."""
    place.door.put(LARGE)
    facts = SettledFacts("[]", "3f9c", "inbox/shop/3f9c")
    s3: Any = boto3.client("s3")
    s3.put_object(Bucket=place.bucket, Key="inbox/shop/3f9c", Body=BODY)
    place.deliveries.mark_applied(
        LARGE.id, DeliveryResult(DeliveryStatus.APPLIED, (), T0, facts=facts)
    )
    assert "inbox/shop/3f9c" in place.objects("")
