"""Every row has one codec, and an unknown status never stops a reader."""

from decimal import Decimal

import pytest

from platform_core import contract
from platform_core.content.model import ContentStatus
from platform_core.content.rows import ContentSummary, ItemKey, Tombstone
from platform_core.content.versions import StoredVersion
from platform_core.contract.status import BuildStatus, DeliveryStatus, SiteBuildStatus
from platform_core.pipeline.build.batching import Policy, SiteState, decide
from platform_core.pipeline.ingest.inbox_row import InboxRow, new_row
from platform_core.pipeline.records import AuditRecord, BuildRecord, ReleaseRecord, Watch
from platform_core.webhooks.request import Delivery, Request

T0 = 1_800_000_000.25
REQUEST = Request("POST", "/webhooks/shop", {"x-a": "b"}, b"{}", T0, "r1")
BUILD = BuildRecord("b1", "asked", 3, BuildStatus.HELD, "t", wait_seconds=1.5)
RELEASE = ReleaseRecord("r1", 3, "t", "h", "s", 2, 4, 5, expiring=True)


def test_a_build_is_read_back_from_its_row() -> None:
    row = BUILD.to_row(expires_at=9)
    assert (row["kind"], row["id"], row["status"], row["expires_at"]) == ("BUILD", "b1", "held", 9)
    assert BuildRecord.from_row(row) == BUILD


def test_the_other_records_are_read_back_from_their_rows() -> None:
    audit, watch = AuditRecord("a1", "t", "build", {"force": "True"}), Watch(1.5, "t", 2)
    assert ReleaseRecord.from_row(RELEASE.to_row()) == RELEASE
    assert AuditRecord.from_row(audit.to_row(expires_at=9)) == audit
    assert Watch.from_row(watch.to_row() | {"kind": "WATCH", "id": "shop"}) == watch


def test_a_new_delivery_is_read_back_from_its_row() -> None:
    delivery = Delivery("shop", "k1", REQUEST)
    row = new_row(delivery, "acme", None, None)
    assert row[contract.RECEIVED_AT] == Decimal("1800000000.250000")
    assert (row["status"], row["pending"], row["body"]) == ("pending", "1", b"{}")
    assert InboxRow.from_row(row).delivery(b"{}") == delivery


def test_only_a_pending_row_is_listed_as_pending() -> None:
    quarantined = Delivery("shop", "k1", REQUEST, DeliveryStatus.QUARANTINED)
    row = new_row(quarantined, "acme", "aside/x", "not JSON")
    assert "pending" not in row
    assert (row["body_key"], row["reason"]) == ("aside/x", "not JSON")
    assert InboxRow.from_row(row).needs_decision
    assert not InboxRow.from_row(row | {"discarded_at": 5}).needs_decision


def test_the_projected_attributes_of_the_index_are_enough() -> None:
    row = InboxRow.from_row({"delivery": "shop#k1", "received_at": 5})
    assert (row.provider, row.status, row.event_ids, row.changed) == ("shop", "", (), None)


@pytest.mark.parametrize("status", [DeliveryStatus, SiteBuildStatus, BuildStatus])
def test_an_unknown_status_is_kept_as_it_is_stored(
    status: type[DeliveryStatus] | type[SiteBuildStatus] | type[BuildStatus],
) -> None:
    unknown = status("of a later version")
    assert unknown == "of a later version"
    assert f"{unknown}" == "of a later version"
    assert unknown not in list(status)


def test_rows_with_an_unknown_status_are_read() -> None:
    inbox = InboxRow.from_row({"delivery": "shop#k1", "received_at": 5, "status": "archived"})
    assert (inbox.status, inbox.needs_decision) == ("archived", False)
    assert BuildRecord.from_row({"id": "b1", "status": "paused"}).status == "paused"
    site = SiteState.from_row({"state": "frozen", "new_field": 1, "changed": 1})
    assert (site.state, site.changed) == ("frozen", 1)
    decide(site, T0, Policy())


def test_a_tombstone_replaces_the_row_of_its_item() -> None:
    key = ItemKey("i1", "article", "shop")
    row = Tombstone(4, ranked_by_us=True, at=T0).to_row(key, "acme")
    assert ItemKey.from_row(row) == key
    assert StoredVersion.from_row(row) == StoredVersion(4, "", deleted=True, ranked_by_us=True)
    assert ContentSummary.from_row(row).is_deleted
    assert row["status"] == ContentStatus.DELETED
