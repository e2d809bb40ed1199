"""Behaviour of AWS that emulators do not have: pages of 1 MB, partial batches, expiring rows.

The clients are stand-ins for those of boto3 and record their requests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
from platform_core.errors import BuildDenied, BuildRefused, StoreUnavailable
from platform_core.pipeline.events import Event
from platform_core.pipeline.ports import BuildOrder, DeliveryResult, ItemKey, Tombstone
from tests.fakes.pipeline import T0, article

DAY = 86_400


class Table:
    """A table's client that stores rows and returns them one a page."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []

    def put_item(self, **params: Any) -> None:
        self.rows.append(params["Item"])

    def update_item(self, **params: Any) -> None:
        self.updates.append(params)

    def get_paginator(self, name: str) -> "Table":
        assert name == "scan"
        return self

    def paginate(self, **params: Any) -> Iterator[dict[str, Any]]:
        assert params["ConsistentRead"]
        yield from ({"Items": [row]} for row in self.rows)


class Topic:
    """A topic's client that accepts only the first of each batch for this many tries."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    def publish_batch(self, **params: Any) -> dict[str, Any]:
        entries = params["PublishBatchRequestEntries"]
        refused = entries[1:] if self.refusals else []
        self.refusals -= bool(self.refusals)
        self.taken += [entry["Message"] for entry in entries if entry not in refused]
        return {"Failed": [{"Id": entry["Id"]} for entry in refused]}


class HalfDeleted:
    """A bucket's client that deletes objects, and reports an error for one of them."""

    def delete_objects(self, **params: Any) -> dict[str, Any]:
        return {"Errors": [{"Key": params["Delete"]["Objects"][0]["Key"], "Code": "InternalError"}]}


class Mute:
    """A build service's client that never gets a response."""

    def start_build(self, **params: Any) -> None:
        raise ReadTimeoutError(endpoint_url=f"https://builds/{params['projectName']}")


class Busy:
    """A build service's client that is refused after its retries."""

    def __init__(self, retries: int, code: str = "ThrottlingException") -> None:
        self.code = code
        self.told = {"HTTPStatusCode": 400, "RetryAttempts": retries}

    def start_build(self, **params: Any) -> None:
        response = {"Error": {"Code": self.code}, "ResponseMetadata": self.told}
        raise ClientError(response, f"StartBuild of {params['projectName']}")  # type: ignore[arg-type]


def content(table: Table) -> DynamoContent:
    return DynamoContent(table, None, table="t", bucket="b", client_id="acme")


def event(number: int) -> Event:
    return Event(
        event_id=str(number), event_type="content.updated", provider_name="shop", content_id="a",
        content_type="article", timestamp="", client_id="acme", environment="dev",
        requires_build=True,
    )  # fmt: skip


def test_a_snapshot_contains_every_page_of_the_table() -> None:
    table = Table()
    store = content(table)
    for name in ("cup", "pot", "tea"):
        assert store.put(article(name, 1, name), None)
    assert [item.id for item in store.scan()] == ["cup", "pot", "tea"]


class PagedBucket:
    """A bucket's client that lists one object a page."""

    def get_paginator(self, name: str) -> "PagedBucket":
        assert name == "list_objects_v2"
        return self

    def paginate(self, **params: Any) -> Iterator[dict[str, Any]]:
        modified = datetime.fromtimestamp(T0, UTC)
        for name in ("404.html", "index.html", "release.json"):
            key = f"{params['Prefix']}{name}"
            yield {"Contents": [{"Key": key, "Size": 1, "LastModified": modified}]}
        yield {}


def test_a_listing_contains_every_page_of_the_bucket() -> None:
    listed = [info.key for info in S3Bucket(PagedBucket(), "pages").list("r/")]
    assert listed == ["r/404.html", "r/index.html", "r/release.json"]


def test_live_content_never_expires_and_a_tombstone_outlives_all_replays() -> None:
    table = Table()
    store = content(table)
    store.put(article("tea", 1, "tea"), None)
    store.put_tombstone(ItemKey("pot", "article", "shop"), Tombstone(2, False, T0), None)
    live, tombstone = table.rows
    assert contract.EXPIRES_AT not in live
    assert int(tombstone[contract.EXPIRES_AT]["N"]) >= T0 + 45 * DAY


def test_an_applied_delivery_is_kept_longer_than_any_vendor_retries() -> None:
    table = Table()
    deliveries = DynamoDeliveries(table, None, table="t", bucket="b")
    deliveries.mark_applied("shop#k1", DeliveryResult(DeliveryStatus.APPLIED, (), T0))
    values = table.updates[0]["ExpressionAttributeValues"]
    assert int(values[f":{contract.EXPIRES_AT}"]["N"]) == T0 + 30 * DAY


def test_refused_messages_are_sent_again() -> None:
    topic = Topic(refusals=2)
    Topics(topic, {contract.CONTENT_TOPIC: "arn"}).publish([event(1), event(2), event(3)])
    assert sorted(topic.taken) == sorted(event(number).as_json() for number in (1, 2, 3))


def test_a_topic_that_keeps_refusing_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="2 messages were not taken"):
        Topics(Topic(refusals=9), {contract.CONTENT_TOPIC: "arn"}).publish(
            [event(number) for number in range(5)]
        )


def test_objects_that_could_not_be_deleted_are_reported() -> None:
    with pytest.raises(StoreUnavailable, match="InternalError"):
        S3Bucket(HalfDeleted(), "pages").delete(["a", "b"])


NAMES: Any = {"project": "p", "data_bucket": "b", "role_id": "AROA"}


def test_a_start_counts_as_refused_only_at_the_first_try() -> None:
    """The response to an earlier try may have been lost: then a build exists."""
    order = BuildOrder("a", "source.zip", "https://acme.example")
    with pytest.raises(BuildRefused, match="ThrottlingException"):
        CodeBuild(Busy(retries=0), **NAMES).start(order)
    with pytest.raises(StoreUnavailable, match="ThrottlingException"):
        CodeBuild(Busy(retries=2), **NAMES).start(order)


def test_a_start_that_is_denied_is_no_full_build_service() -> None:
    order = BuildOrder("a", "source.zip", "https://acme.example")
    with pytest.raises(BuildDenied, match="AccessDeniedException"):
        CodeBuild(
            Busy(0, "AccessDeniedException"), project="p", data_bucket="b", role_id="AROA"
        ).start(order)
    with pytest.raises(StoreUnavailable):
        CodeBuild(
            Busy(2, "AccessDeniedException"), project="p", data_bucket="b", role_id="AROA"
        ).start(order)


@dataclass
class OneBuild:
    """A build service's client that knows one build."""

    build: dict[str, Any]

    def batch_get_builds(self, ids: list[str]) -> dict[str, Any]:
        return {"builds": [{"id": id_, **self.build} for id_ in ids]}


QUEUED = {"phaseType": "QUEUED", "phaseStatus": "SUCCEEDED", "durationInSeconds": 90}


@pytest.mark.parametrize(
    ("build", "outcome", "is_queued", "queue_seconds"),
    [
        ({"buildStatus": "IN_PROGRESS", "currentPhase": "QUEUED"}, "running", True, None),
        ({"buildStatus": "IN_PROGRESS", "currentPhase": "BUILD", "phases": [QUEUED]},
         "running", False, 90.0),
        ({"buildStatus": "TIMED_OUT", "phases": [{**QUEUED, "phaseStatus": "TIMED_OUT"}]},
         "faulted", False, 90.0),
        ({"buildStatus": "TIMED_OUT",
          "phases": [QUEUED, {"phaseType": "BUILD", "phaseStatus": "TIMED_OUT"}]},
         "failed", False, 90.0),
        ({"buildStatus": "STOPPED", "phases": [{**QUEUED, "phaseStatus": "STOPPED"}]},
         "failed", False, 90.0),
    ],
)  # fmt: skip
def test_the_queue_is_no_part_of_a_build(
    build: dict[str, Any], outcome: str, is_queued: bool, queue_seconds: float | None
) -> None:
    """A build that timed out in the queue never ran: the client's site did nothing wrong."""
    job = CodeBuild(OneBuild(build), **NAMES).status("p:1")
    assert job is not None
    assert (job.outcome, job.is_queued, job.queue_seconds) == (outcome, is_queued, queue_seconds)


def test_a_start_without_a_response_is_unknown() -> None:
    """The start is not refused: the build may run."""
    builds = CodeBuild(Mute(), **NAMES)
    with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
        builds.start(BuildOrder("a", "source.zip", "https://acme.example"))
