"""The contracts of the ports: the stores in memory and those over AWS behave the same."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

import boto3
import pytest

from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.dynamodb.inbox import DynamoInbox
from lambdas.runtime.adapters.dynamodb.records import DynamoRecords
from lambdas.runtime.adapters.dynamodb.site_store import DynamoSite
from lambdas.runtime.adapters.dynamodb.watches import DynamoWatches
from lambdas.runtime.adapters.pointer import EdgePointer, make_key_value_store_client
from lambdas.runtime.adapters.s3.objects import S3Bucket
from platform_core import contract
from platform_core.content.model import content_digest, format_timestamp
from platform_core.content.versions import StoredVersion
from platform_core.contract.status import BuildStatus, DeliveryStatus
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.ingest.deliveries import REPLAYABLE_SECONDS
from platform_core.pipeline.ports import (
    AppliedParts,
    Attempt,
    ChangeBump,
    ContentStore,
    Deliveries,
    DeliveryResult,
    Discarded,
    FailedAttempt,
    ItemKey,
    Objects,
    PartialResult,
    Pointer,
    Records,
    ReplayRequest,
    SiteStore,
    Tombstone,
    Watches,
)
from platform_core.pipeline.records import AuditRecord, BuildRecord, ReleaseRecord, Watch
from platform_core.webhooks.request import Delivery, Request
from tests.fakes.pipeline import (
    T0,
    Clock,
    MemoryContent,
    MemoryDeliveries,
    MemoryObjects,
    MemoryPointer,
    MemoryRecords,
    MemorySite,
    MemoryWatches,
    Steps,
    article,
)

DELIVERY = Delivery("shop", "k1", Request("POST", "/webhooks/shop", {}, b'{"a":1}', T0, "req-1"))


class Keep(Protocol):
    def __call__(self, delivery: Delivery) -> object: ...


@dataclass
class Stores:
    site: SiteStore
    records: Records
    content: ContentStore
    deliveries: Deliveries
    keep: Keep
    objects: Objects
    pointer: Pointer
    watches: Watches
    put_checked: Callable[[str, bytes], object]
    """Puts an object as a build does, with its SHA-256."""


def in_memory() -> Stores:
    step = Steps()
    deliveries = MemoryDeliveries(step)
    objects = MemoryObjects(step, Clock())
    return Stores(
        MemorySite(step), MemoryRecords(step), MemoryContent(step), deliveries, deliveries.keep,
        objects, MemoryPointer(step), MemoryWatches(step),
        lambda key, body: objects.put(key, [body], "text/css"),
    )  # fmt: skip


def table(keys: dict[str, str], indexes: dict[str, dict[str, str]] | None = None) -> str:
    """Create a table with these keys, and with indexes of all attributes."""
    client: Any = boto3.client("dynamodb")
    name = f"table-{uuid4().hex}"
    every = keys | {n: kind for index in (indexes or {}).values() for n, kind in index.items()}

    def schema(keys: dict[str, str]) -> list[dict[str, str]]:
        return [
            {"AttributeName": n, "KeyType": role}
            for n, role in zip(keys, ("HASH", "RANGE"), strict=False)
        ]

    more = {
        "GlobalSecondaryIndexes": [
            {"IndexName": n, "KeySchema": schema(of), "Projection": {"ProjectionType": "ALL"}}
            for n, of in (indexes or {}).items()
        ]
    }
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": k} for n, k in every.items()],
        KeySchema=schema(keys),
        **(more if indexes else {}),
    )
    return name


def content_table() -> str:
    return table(
        {contract.CONTENT_KEY: "S", contract.CONTENT_SORT: "S"},
        {
            contract.PROVIDER_INDEX: {"provider_name": "S", "updated_at": "S"},
            contract.CLIENT_TYPE_INDEX: {"client_id": "S", "content_type": "S"},
        },
    )


def over_aws(bucket: str) -> Stores:
    dynamodb, s3 = clients.client("dynamodb"), clients.client("s3")
    site = table({contract.SITE_KEY: "S", contract.SITE_SORT: "S"})
    waiting = {contract.PENDING: "S", contract.RECEIVED_AT: "N"}
    inbox = table({contract.INBOX_KEY: "S"}, {contract.PENDING_INDEX: waiting})
    inbox_port = DynamoInbox(dynamodb, s3, table=inbox, bucket=bucket, client_id="acme")
    cloudfront: Any = boto3.client("cloudfront")
    store = cloudfront.create_key_value_store(Name=f"kvs-{uuid4().hex[:12]}")["KeyValueStore"][
        "ARN"
    ]

    def keep(delivery: Delivery) -> None:
        inbox_port.put(delivery)

    def put_checked(key: str, body: bytes) -> None:
        checksum = b64encode(hashlib.sha256(body).digest()).decode()
        s3.put_object(Bucket=bucket, Key=key, Body=body, ChecksumSHA256=checksum)

    return Stores(
        DynamoSite(dynamodb, site),
        DynamoRecords(dynamodb, site, Clock()),
        DynamoContent(dynamodb, s3, table=content_table(), bucket=bucket, client_id="acme"),
        DynamoDeliveries(dynamodb, s3, table=inbox, bucket=bucket),
        keep,
        S3Bucket(s3, bucket),
        EdgePointer(make_key_value_store_client(), store),
        DynamoWatches(dynamodb, site),
        put_checked,
    )


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        yield in_memory()
    else:
        yield over_aws(request.getfixturevalue("bucket"))


# --- the site's row ------------------------------------------------------------------------------


def test_a_new_site_is_idle(stores: Stores) -> None:
    assert stores.site.read() == SiteState()


def test_bumps_add_up_and_keep_the_first_times(stores: Stores) -> None:
    first = stores.site.add_changes(ChangeBump(3, T0))
    assert first == SiteState(
        changed=3, window_count=3, last_changed_at=T0, first_wanted_at=T0, window_start=T0
    )
    second = stores.site.add_changes(ChangeBump(2, T0 + 1.5))
    assert second == replace(first, changed=5, window_count=5, last_changed_at=T0 + 1.5)
    assert stores.site.read() == second


def test_a_manual_bump_is_marked_and_ends_a_backoff(stores: Stores) -> None:
    stores.site.add_changes(ChangeBump(3, T0))
    stores.site.compare_and_set({"state": "idle"}, {"retry_at": T0 + 60.0})
    state = stores.site.add_changes(ChangeBump(1, T0, "asked", force=True, allow_shrink=True))
    assert (state.changed, state.asked, state.forced, state.shrink_allowed) == (4, 4, 4, 4)
    assert (state.asked_cause, state.retry_at) == ("asked", None)


def test_a_conditional_change_needs_the_expected_state(stores: Stores) -> None:
    site = stores.site
    fresh = {"state": "idle", "built": 0, "pinned": False, "live": None, "attempt": None}
    assert site.compare_and_set(fresh, {"state": "building", "attempt": "a1", "lease": T0 + 0.25})
    assert not site.compare_and_set(fresh, {"state": "held"})
    assert not site.compare_and_set({"attempt": "a2"}, {"state": "held"})
    assert not site.compare_and_set({"live": "r1"}, {"state": "held"})
    state = site.read()
    assert (state.state, state.attempt, state.lease) == ("building", "a1", T0 + 0.25)
    assert site.compare_and_set(
        {"attempt": "a1", "lease": T0 + 0.25}, {"attempt": None, "pinned": True}
    )
    state = site.read()
    assert (state.attempt, state.pinned) == (None, True)
    assert not site.compare_and_set({"pinned": False}, {"built": 1})
    assert site.compare_and_set(
        {"pinned": True, "attempt": None}, {"attempt": None, "window_count": 0}
    )


# --- builds and releases -------------------------------------------------------------------------

BUILD = BuildRecord(
    id="20261121-101500000-a",
    cause="content",
    covers=3,
    status=BuildStatus.BUILDING,
    started_at="t",
)  # fmt: skip
RELEASE = ReleaseRecord(
    id="20261121-101500000-a", covers=3, created_at="t", input_hash="h", source_digest="s",
    items=2, files=4, bytes=5,
)  # fmt: skip


def test_a_finished_build_does_not_change(stores: Stores) -> None:
    records = stores.records
    assert records.find_build(BUILD.id) is None
    records.save_build(BUILD)
    started = replace(BUILD, build_id="p:1", queue_seconds=1.5)
    records.save_build(started)
    assert records.find_build(BUILD.id) == started
    finished = replace(started, status=BuildStatus.SUCCEEDED, release=BUILD.id)
    records.save_build(finished)
    records.save_build(started)
    assert records.find_build(BUILD.id) == finished


def test_releases_are_listed_newest_first_and_marked(stores: Stores) -> None:
    records = stores.records
    names = [f"20261121-10150{number}000-a" for number in range(4)]
    for name in names:
        records.save_release(replace(RELEASE, id=name))
    assert [release.id for release in records.releases()] == names[::-1]
    records.set_expiring(names[0], expiring=True)
    records.save_release(replace(RELEASE, id=names[0]))
    marked = records.find_release(names[0])
    assert marked is not None
    assert marked.expiring
    records.delete_release(names[0])
    records.set_expiring(names[0], expiring=True)
    assert records.find_release(names[0]) is None
    records.save_audit(AuditRecord("x", "t", "rollback", {"release": "r"}))


def test_only_one_of_two_comparisons_of_a_vendor_is_stored(stores: Stores) -> None:
    watches, first = stores.watches, Watch(T0 + 0.25)
    assert watches.read("shop") is None
    assert watches.replace("shop", None, first)
    assert not watches.replace("shop", None, Watch(T0))
    later = Watch(T0 + 86400.5, "2027-01-15T08:00:00.000Z", 3)
    assert watches.replace("shop", first, later)
    assert not watches.replace("shop", first, Watch(T0))
    assert watches.read("shop") == later
    assert watches.read("other") is None


# --- content -------------------------------------------------------------------------------------

KEY = ItemKey("tea", "article", "shop")


def test_one_of_two_concurrent_writes_of_an_item_fails(stores: Stores) -> None:
    content = stores.content
    first, second = article("tea", 1, "one"), article("tea", 2, "two")
    assert content.find(KEY) is None
    assert content.put(first, None)
    assert not content.put(second, None)
    stored = content.find(KEY)
    assert stored == StoredVersion(1, content_digest(first), slug="tea")
    assert content.put(second, stored)
    assert not content.put(article("tea", 3, "three"), stored)
    assert list(content.scan()) == [second]
    assert list(content.list_keys("shop")) == [KEY]
    assert list(content.list_dated_keys("shop")) == [(KEY, format_timestamp(second.updated_at))]


def test_a_tombstone_hides_an_item_and_gives_way_to_a_newer_one(stores: Stores) -> None:
    content = stores.content
    assert content.put(article("tea", 1, "one"), None)
    stored = content.find(KEY)
    assert content.put_tombstone(KEY, Tombstone(2, ranked_by_us=True, at=T0), stored)
    assert not content.put_tombstone(KEY, Tombstone(3, ranked_by_us=False, at=T0), stored)
    buried = content.find(KEY)
    assert buried == StoredVersion(2, "", deleted=True, ranked_by_us=True)
    assert list(content.scan()) == []
    assert content.put(article("tea", 3, "three"), buried)
    assert [item.title for item in content.scan()] == ["three"]


def test_a_large_body_is_read_back_completely(stores: Stores) -> None:
    large = article("tea", 1, "one", body="<p>ü</p>" * 60_000)
    assert stores.content.put(large, None)
    assert list(stores.content.scan()) == [large]
    stored = stores.content.find(KEY)
    assert stored is not None
    assert stored.digest == content_digest(large)


# --- deliveries ----------------------------------------------------------------------------------


def test_a_delivery_is_pending_until_it_is_applied_or_fails(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.keep(replace(DELIVERY, key="k0", request=replace(DELIVERY.request, received_at=T0 - 1)))
    assert list(stores.deliveries.pending()) == ["shop#k0", "shop#k1"]
    stores.deliveries.record_failure("shop#k1", FailedAttempt(1, "VendorUnavailable", T0 + 5))
    waiting = stores.deliveries.read("shop#k1")
    assert waiting is not None
    assert (waiting.delivery.attempts, waiting.next_attempt_at) == (1, T0 + 5)
    assert waiting.delivery.request == DELIVERY.request
    stores.deliveries.mark_applied(
        "shop#k1", DeliveryResult(DeliveryStatus.APPLIED, ("e1", "e2"), T0)
    )
    stores.deliveries.record_failure("shop#k1", FailedAttempt(2, "too late", T0 + 5, is_final=True))
    settled = stores.deliveries.read("shop#k1")
    assert settled is not None
    assert settled.delivery.status == "applied"
    assert list(stores.deliveries.pending()) == ["shop#k0"]
    assert stores.deliveries.read("shop#k9") is None


def test_a_failed_delivery_is_not_pending(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.deliveries.record_failure("shop#k1", FailedAttempt(5, "KeyError", T0, is_final=True))
    failed = stores.deliveries.read("shop#k1")
    assert failed is not None
    assert (failed.delivery.status, failed.delivery.attempts) == ("failed", 5)
    assert list(stores.deliveries.pending()) == []


def test_one_of_two_workers_counts_an_attempt(stores: Stores) -> None:
    stores.keep(DELIVERY)
    assert stores.deliveries.start_attempt(DELIVERY.id, Attempt(1, 1, T0 + 330))
    assert not stores.deliveries.start_attempt(DELIVERY.id, Attempt(1, 1, T0 + 331))
    started = stores.deliveries.read(DELIVERY.id)
    assert started is not None
    assert (started.delivery.attempts, started.unfinished_attempts) == (1, 1)
    assert started.next_attempt_at == T0 + 330
    failure = FailedAttempt(1, "VendorUnavailable", T0 + 5)
    stores.deliveries.record_failure(DELIVERY.id, failure)
    failed = stores.deliveries.read(DELIVERY.id)
    assert failed is not None
    assert (failed.delivery.attempts, failed.unfinished_attempts) == (1, 0)


def test_progress_is_kept_until_the_delivery_is_applied(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.deliveries.start_attempt(DELIVERY.id, Attempt(1, 1, T0 + 330))
    part = PartialResult(AppliedParts(400, 1000), ("e1",), T0 + 60, changed=7)
    stores.deliveries.save_progress(DELIVERY.id, part)
    partial = stores.deliveries.read(DELIVERY.id)
    assert partial is not None
    assert (partial.progress, partial.changed) == (AppliedParts(400, 1000), 7)
    assert (partial.delivery.attempts, partial.unfinished_attempts) == (0, 0)
    assert (partial.published_event_ids, partial.next_attempt_at) == (("e1",), T0 + 60)
    assert list(stores.deliveries.pending()) == [DELIVERY.id]
    result = DeliveryResult(DeliveryStatus.APPLIED, ("e1", "e2"), T0 + 70)
    stores.deliveries.mark_applied(DELIVERY.id, result)
    applied = stores.deliveries.read(DELIVERY.id)
    assert applied is not None
    assert (applied.progress, applied.changed) == (AppliedParts(), 7)


def test_a_pending_delivery_can_be_discarded(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.deliveries.start_attempt(DELIVERY.id, Attempt(1, 1, T0 + 330))
    assert stores.deliveries.discard(DELIVERY.id, Discarded(DeliveryStatus.PENDING, T0))
    row = stores.deliveries.read(DELIVERY.id)
    assert row is not None
    assert (row.delivery.status, row.unfinished_attempts) == ("failed", 0)
    assert list(stores.deliveries.pending()) == []
    assert not stores.deliveries.start_attempt(DELIVERY.id, Attempt(2, 1, T0 + 330))


def test_an_applied_delivery_can_be_reopened_once(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.deliveries.mark_applied(
        "shop#k1", DeliveryResult(DeliveryStatus.APPLIED, ("e1",), T0, changed=3)
    )
    assert not stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.FAILED, 1, T0 + 9))
    assert not stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.APPLIED, 2, T0 + 9))
    assert stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.APPLIED, 1, T0 + 9))
    assert not stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.APPLIED, 1, T0 + 9))
    assert list(stores.deliveries.pending()) == ["shop#k1"]
    waiting = stores.deliveries.read("shop#k1")
    assert waiting is not None
    assert (waiting.delivery.status, waiting.previous_status, waiting.published_event_ids) == (
        "pending",
        "applied",
        ("e1",),
    )
    assert (waiting.replays, waiting.replayed_at, waiting.has_body) == (1, T0 + 9, True)
    end = DeliveryResult(DeliveryStatus.APPLIED, ("e1",), T0 + 10, reason="replay 1 failed: no")
    stores.deliveries.mark_applied("shop#k1", end)
    settled = stores.deliveries.read("shop#k1")
    assert settled is not None
    assert (settled.previous_status, settled.reason) == (None, "replay 1 failed: no")
    assert stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.APPLIED, 2, T0 + 99))


def test_an_expired_delivery_is_not_reopened(stores: Stores) -> None:
    stores.keep(DELIVERY)
    stores.deliveries.mark_applied("shop#k1", DeliveryResult(DeliveryStatus.APPLIED, (), T0))
    expired_at = T0 + REPLAYABLE_SECONDS + 1
    assert not stores.deliveries.reopen(
        "shop#k1", ReplayRequest(DeliveryStatus.APPLIED, 1, expired_at)
    )


def test_a_discarded_delivery_can_be_reopened(stores: Stores) -> None:
    stores.keep(DELIVERY)
    assert not stores.deliveries.discard("shop#k1", Discarded(DeliveryStatus.FAILED, T0))
    stores.deliveries.record_failure("shop#k1", FailedAttempt(5, "KeyError", T0, is_final=True))
    assert stores.deliveries.discard("shop#k1", Discarded(DeliveryStatus.FAILED, T0))
    assert stores.deliveries.reopen("shop#k1", ReplayRequest(DeliveryStatus.FAILED, 1, T0 + 9))


# --- objects and the pointer ---------------------------------------------------------------------


def test_objects(stores: Stores) -> None:
    objects = stores.objects
    assert objects.get("a/1") is None
    objects.put("a/1", iter([b"one", b"", b"two"]), "text/plain")
    objects.put("a/2", iter([]), "text/plain")
    objects.put("b/1", [b"x" * 1_000_000] * 20, "text/plain")
    assert objects.get("a/1") == b"onetwo"
    assert [(fact.key, fact.size) for fact in objects.list("a/")] == [("a/1", 6), ("a/2", 0)]
    assert objects.get("b/1") == b"x" * 20_000_000
    page = {"content_type": "text/html", "cache_control": "max-age=1"}
    assert objects.copy("a/1", "errors/404.html", **page)
    assert not objects.copy("a/9", "errors/404.html", **page)
    assert objects.get("errors/404.html") == b"onetwo"
    objects.delete(["a/1", "a/2", "a/9"])
    assert list(objects.list("a/")) == []


def test_the_checksum_of_an_object_is_the_one_of_its_put(stores: Stores) -> None:
    stores.put_checked("assets/a.css", b"a")
    digest = hashlib.sha256(b"a").hexdigest()
    assert stores.objects.checksums(["assets/a.css", "assets/none"]) == {"assets/a.css": digest}


def test_an_object_that_was_put_without_a_checksum_has_none(bucket: str) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
    assert S3Bucket(boto3.client("s3"), bucket).checksums(["a"]) == {"a": ""}


def test_a_pointer_rejects_a_write_with_an_outdated_version(stores: Stores) -> None:
    version = stores.pointer.version()
    assert stores.pointer.move_if_unchanged("r1", version)
    assert not stores.pointer.move_if_unchanged("r0", version)
    assert stores.pointer.move_if_unchanged("r2", stores.pointer.version())
