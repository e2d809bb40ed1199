"""What AWS does and an emulator does not: pages of 1 MB, half a batch refused, rows that expire.

The clients are doubles of boto3's that remember what they were asked.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas.runtime.adapters.codebuild import CodeBuild
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.event_bus import Topics
from lambdas.runtime.adapters.s3.objects import S3Bucket
from platform_core import contract
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import BuildRefused, StoreUnavailable
from platform_core.pipeline.events import Event
from platform_core.pipeline.ports import (
    BuildOrder,
    DeliveryResult,
    ItemKey,
    Tombstone,
)
from tests.fakes.pipeline import T0, article

DAY = 86_400


class Table:
    """A table's client: keeps the rows it is given, and hands them out one a page."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []

    def put_item(self, **asked: Any) -> None:
        self.rows.append(asked["Item"])

    def update_item(self, **asked: Any) -> None:
        self.updates.append(asked)

    def get_paginator(self, name: str) -> "Table":
        assert name == "scan"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        assert asked["ConsistentRead"]
        yield from ({"Items": [row]} for row in self.rows)


class Topic:
    """A topic's client that takes the first of each batch only, for so many tries."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    def publish_batch(self, **asked: Any) -> dict[str, Any]:
        entries = asked["PublishBatchRequestEntries"]
        refused = entries[1:] if self.refusals else []
        self.refusals -= bool(self.refusals)
        self.taken += [one["Message"] for one in entries if one not in refused]
        return {"Failed": [{"Id": one["Id"]} for one in refused]}


class HalfDeleted:
    """A bucket's client that deletes, and says of one object that it could not."""

    def delete_objects(self, **asked: Any) -> dict[str, Any]:
        return {"Errors": [{"Key": asked["Delete"]["Objects"][0]["Key"], "Code": "InternalError"}]}


class Mute:
    """A build service's client whose answer never comes."""

    def start_build(self, **asked: Any) -> None:
        raise ReadTimeoutError(endpoint_url=f"https://builds/{asked['projectName']}")


class Busy:
    """A build service's client that is refused, in the end."""

    def __init__(self, retries: int) -> None:
        self.told = {"HTTPStatusCode": 400, "RetryAttempts": retries}

    def start_build(self, **asked: Any) -> None:
        said = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": self.told}
        raise ClientError(said, f"StartBuild of {asked['projectName']}")  # type: ignore[arg-type]


def content(table: Table) -> DynamoContent:
    return DynamoContent(table, None, table="t", bucket="b", client_id="acme")


def event(number: int) -> Event:
    return Event(
        event_id=str(number), event_type="content.updated", provider_name="shop", content_id="a",
        content_type="article", timestamp="", client_id="acme", environment="dev",
        requires_build=True,
    )  # fmt: skip


def test_a_snapshot_is_every_page_of_the_table() -> None:
    table = Table()
    store = content(table)
    for name in ("cup", "pot", "tea"):
        assert store.put(article(name, 1, name), None)
    assert [item.id for item in store.scan()] == ["cup", "pot", "tea"]


def test_live_content_never_expires_and_a_grave_does_after_all_replays() -> None:
    table = Table()
    store = content(table)
    store.put(article("tea", 1, "tea"), None)
    store.put_tombstone(ItemKey("pot", "article", "shop"), Tombstone(2, False, T0), None)
    live, grave = table.rows
    assert contract.EXPIRES_AT not in live
    assert int(grave[contract.EXPIRES_AT]["N"]) >= T0 + 45 * DAY


def test_an_applied_delivery_is_known_longer_than_any_vendor_tries() -> None:
    table = Table()
    deliveries = DynamoDeliveries(table, None, table="t", bucket="b")
    deliveries.mark_applied("shop#k1", DeliveryResult(DeliveryStatus.APPLIED, (), T0))
    given = table.updates[0]["ExpressionAttributeValues"]
    assert int(given[f":{contract.EXPIRES_AT}"]["N"]) == T0 + 30 * DAY


def test_messages_that_a_topic_refused_are_sent_again() -> None:
    topic = Topic(refusals=2)
    Topics(topic, {contract.CONTENT_TOPIC: "arn"}).publish([event(1), event(2), event(3)])
    assert sorted(topic.taken) == sorted(event(number).as_json() for number in (1, 2, 3))


def test_a_topic_that_goes_on_refusing_is_away() -> None:
    with pytest.raises(StoreUnavailable, match="2 messages were not taken"):
        Topics(Topic(refusals=9), {contract.CONTENT_TOPIC: "arn"}).publish(
            [event(number) for number in range(5)]
        )


def test_objects_that_could_not_be_deleted_are_not_taken_for_gone() -> None:
    with pytest.raises(StoreUnavailable, match="InternalError"):
        S3Bucket(HalfDeleted(), "pages").delete(["a", "b"])


def test_a_start_is_refused_only_where_nothing_was_asked_before() -> None:
    """The answer to an earlier try may be what was lost: then there is a build."""
    order = BuildOrder("a", "source.zip", "https://acme.example")
    with pytest.raises(BuildRefused, match="ThrottlingException"):
        CodeBuild(Busy(retries=0), project="p", data_bucket="b").start(order)
    with pytest.raises(StoreUnavailable, match="ThrottlingException"):
        CodeBuild(Busy(retries=2), project="p", data_bucket="b").start(order)


def test_of_a_start_without_an_answer_nobody_knows() -> None:
    """It is not refused: the build may run."""
    builds = CodeBuild(Mute(), project="p", data_bucket="b")
    with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
        builds.start(BuildOrder("a", "source.zip", "https://acme.example"))
