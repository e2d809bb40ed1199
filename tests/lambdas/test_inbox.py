"""The inbox over a real table: one conditional put, and one codec for both directions."""

from dataclasses import replace
from typing import Any

import boto3
import pytest

from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.dynamodb.inbox import LARGEST_IN_ROW, DynamoInbox
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.ingest.deliveries import SET_ASIDE_SECONDS
from platform_core.pipeline.ports import DeliveryResult, FailedAttempt, ReplayRequest
from platform_core.webhooks.request import Delivery, Request

REQUEST = Request(
    method="POST",
    path="/webhooks/shop?a=b%20c",
    headers={"x-topic": "products/update", "x-empty": ""},
    body=b'{"title": "Teapot"}\xff',
    received_at=1_800_000_000.25,
    request_id="req-1",
)
DELIVERY = Delivery("shop", "k1", REQUEST)


@pytest.fixture
def table(inbox_table: str) -> Any:
    return boto3.resource("dynamodb").Table(inbox_table)


class StoredInbox(DynamoInbox):
    """The inbox with its reading side, to inspect the stored rows."""

    def __init__(self, table: str, bucket: str) -> None:
        services = (clients.client("dynamodb"), clients.client("s3"))
        super().__init__(*services, table=table, bucket=bucket, client_id="acme")
        self.deliveries = DynamoDeliveries(*services, table=table, bucket=bucket)

    def read(self, delivery_id: str) -> Delivery | None:
        waiting = self.deliveries.read(delivery_id)
        return waiting.delivery if waiting else None


@pytest.fixture
def inbox(inbox_table: str, bucket: str) -> StoredInbox:
    return StoredInbox(inbox_table, bucket)


def test_a_stored_delivery_is_read_back(inbox: StoredInbox) -> None:
    assert inbox.put(DELIVERY)
    assert inbox.read(DELIVERY.id) == DELIVERY
    assert inbox.read("shop#k2") is None


def test_the_second_put_of_a_key_changes_nothing(inbox: StoredInbox) -> None:
    inbox.put(DELIVERY)
    assert not inbox.put(replace(DELIVERY, request=replace(REQUEST, body=b"other")))
    assert inbox.read(DELIVERY.id) == DELIVERY


def test_an_expired_row_can_be_replaced_before_it_is_deleted(
    inbox: StoredInbox, table: Any
) -> None:
    inbox.put(DELIVERY)
    for expires_at, free in ((1_800_000_001, False), (1_799_999_999, True)):
        table.update_item(
            Key={"delivery": DELIVERY.id},
            UpdateExpression="SET expires_at = :t",
            ExpressionAttributeValues={":t": expires_at},
        )
        assert inbox.put(DELIVERY) is free


def test_a_waiting_row_is_pending_and_never_expires(inbox: StoredInbox, table: Any) -> None:
    inbox.put(DELIVERY)
    row = table.get_item(Key={"delivery": DELIVERY.id})["Item"]
    assert (row["pending"], row["status"], row["attempts"]) == ("1", "pending", 0)
    assert row["client_id"] == "acme"
    assert float(row["received_at"]) == REQUEST.received_at
    assert "expires_at" not in row


def test_a_row_that_waits_for_its_replay_never_expires(
    inbox: StoredInbox, inbox_table: str, bucket: str, table: Any
) -> None:
    """The end of an applied row would remove a delivery that still waits for its replay."""
    deliveries = DynamoDeliveries(
        clients.client("dynamodb"), clients.client("s3"), table=inbox_table, bucket=bucket
    )
    inbox.put(DELIVERY)
    deliveries.mark_applied(
        DELIVERY.id, DeliveryResult(DeliveryStatus.APPLIED, (), REQUEST.received_at)
    )
    assert deliveries.reopen(
        DELIVERY.id, ReplayRequest(DeliveryStatus.APPLIED, 1, REQUEST.received_at)
    )
    row = table.get_item(Key={"delivery": DELIVERY.id})["Item"]
    assert row["pending"] == "1"
    assert "expires_at" not in row
    failure = FailedAttempt(1, "no", 0.0, is_final=True, expires_at=2_000_000_000)
    deliveries.record_failure(DELIVERY.id, failure)
    row = table.get_item(Key={"delivery": DELIVERY.id})["Item"]
    assert "pending" not in row
    assert row["expires_at"] == 2_000_000_000


def test_a_quarantined_row_is_not_pending(inbox: StoredInbox, table: Any) -> None:
    quarantined = replace(DELIVERY, status=DeliveryStatus.QUARANTINED)
    inbox.put(quarantined, quarantine_reason="not strict JSON")
    row = table.get_item(Key={"delivery": DELIVERY.id})["Item"]
    assert "pending" not in row
    assert row["reason"] == "not strict JSON"
    assert row["expires_at"] == int(REQUEST.received_at) + SET_ASIDE_SECONDS
    assert inbox.read(DELIVERY.id) == quarantined


def test_a_large_body_is_stored_as_an_object(inbox: StoredInbox, table: Any, bucket: str) -> None:
    body = b"x" * (LARGEST_IN_ROW + 1)
    large = replace(DELIVERY, request=replace(REQUEST, body=body))
    assert inbox.put(large)
    row = table.get_item(Key={"delivery": DELIVERY.id})["Item"]
    assert "body" not in row
    assert row["body_key"].startswith("inbox/shop/")
    assert inbox.read(DELIVERY.id) == large


def test_hostile_text_is_stored_as_far_as_a_table_can(inbox: StoredInbox) -> None:
    hostile = replace(REQUEST, headers={"x-a": "\ud800", "": "x", "x-b": "ä\0"}, path="/\udfff")
    assert inbox.put(replace(DELIVERY, request=hostile))
    stored = inbox.read(DELIVERY.id)
    assert stored is not None
    assert stored.request.headers == {"x-a": "?", "x-b": "ä\0"}


def test_a_store_that_fails_is_unavailable(inbox_table: str, bucket: str) -> None:
    nowhere = DynamoInbox(
        clients.client("dynamodb", clients.FAST_FAIL),
        clients.client("s3", clients.FAST_FAIL),
        table="no-such-table",
        bucket=bucket,
        client_id="acme",
    )
    with pytest.raises(StoreUnavailable):
        nowhere.put(DELIVERY)
