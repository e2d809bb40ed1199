"""A client whose ports are the adapters of `lambdas/runtime`, and a view of its stores.

The in-memory ports of a `World` serve as mirrors: each changed row of a table is copied to them at
once, so that code which inspects a world, such as the invariants, sees the tables.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from random import Random
from typing import Any

from boto3.s3.transfer import TransferConfig

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.codebuild import CodeBuild
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries, to_record
from lambdas.runtime.adapters.dynamodb.inbox import DynamoInbox
from lambdas.runtime.adapters.dynamodb.items import from_item, to_plain
from lambdas.runtime.adapters.dynamodb.records import DynamoRecords
from lambdas.runtime.adapters.dynamodb.site_store import DynamoSite
from lambdas.runtime.adapters.event_bus import DeadLetterQueue
from lambdas.runtime.adapters.event_bus import Topics as TopicBus
from lambdas.runtime.adapters.pointer import EdgePointer
from lambdas.runtime.adapters.s3.objects import S3Bucket
from lambdas.runtime.adapters.stored_deliveries import AwsStoredDeliveries
from lambdas.runtime.adapters.timers import BuilderTimers
from platform_core import contract
from platform_core.content import model
from platform_core.content.versions import StoredVersion
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.build.batching import SiteState
from platform_core.pipeline.build.builder import Builder
from platform_core.pipeline.ingest.content_applier import StoredContent
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.ports import ItemKey, StoredDelivery
from platform_core.pipeline.records import BuildRecord, ReleaseRecord
from tests.assurance.wire import services
from tests.assurance.wire.cloud import Cloud
from tests.assurance.wire.expressions import Item
from tests.assurance.wire.tables import Denied, Gsi, Key, Table
from tests.fakes.pipeline import MemoryObjects, MemoryPointer, Steps, World
from tests.fakes.pipeline.rows import StoredItem
from tests.fakes.pipeline.services import MemoryBuilds

ARN = "arn:aws:{service}:us-east-1:123456789012:{name}"
TOPICS = (contract.CONTENT_TOPIC, contract.COMMERCE_TOPIC, contract.BUILD_TOPIC)


class WireWorld(World):
    """The same client; `cloud` answers the requests of its adapters."""

    def __init__(self, step: Steps, random: Random, client_id: str = "acme") -> None:
        super().__init__(step=step, client_id=client_id)
        self.cloud = Cloud(step, self.clock, random)
        self.client_id = client_id
        self._build_up()
        self._plug_in()

    # --- what there is --------------------------------------------------------------------------

    def _build_up(self) -> None:
        """Tables, buckets and services, each under the client's own name."""
        quiet, clock, mine = Steps(), self.clock, self.client_id
        self.parameters = services.Parameters()
        self.data, self.pages = MemoryObjects(quiet, clock), MemoryObjects(quiet, clock)
        self.builds = MemoryBuilds(quiet, clock, self.publish, mine)
        self.builds.own_folders = True
        self.pointer = MemoryPointer(quiet)
        self.deploy()
        inbox = Table((contract.INBOX_KEY,), clock, self._of_inbox)
        inbox.indexes = {contract.PENDING_INDEX: Gsi(contract.PENDING, contract.RECEIVED_AT, clock)}
        store = Table((contract.CONTENT_KEY, contract.CONTENT_SORT), clock, self._of_content)
        store.indexes = {contract.PROVIDER_INDEX: Gsi("provider_name", "updated_at", clock)}
        site = Table((contract.SITE_KEY, contract.SITE_SORT), clock, self._of_site)
        self.tables = {f"inbox-{mine}": inbox, f"content-{mine}": store, f"site-{mine}": site}
        self.tables_of_all = dict(self.tables)
        self.buckets_of_all = {f"data-{mine}": self.data, f"pages-{mine}": self.pages}
        self.cloud.services |= {
            "dynamodb": services.DynamoDb(self.tables_of_all),
            "s3": services.S3(self.buckets_of_all, self._part),
            "sns": services.Topics(self.bus.events.append, self._part),
            "sqs": services.Queue(lambda one, why: self.dead_letters.letters.append((one, why))),
            "ssm": self.parameters,
            "codebuild": services.Projects(self.builds),
            "cloudfront-keyvaluestore": services.Edge(self.pointer),
            "stepfunctions": services.Timers(clock, self.timers.at.append),
            "scheduler": services.Timers(clock, self.timers.at.append),
        }

    def _part(self) -> None:
        """Between two parts of one request: the rest may not be done."""
        try:
            self.step("a batch part")
        except StoreUnavailable:
            raise Denied("InternalError", 500) from None

    def _plug_in(self) -> None:
        """The adapters, as `lambdas.runtime.wiring` makes them."""
        of, mine = self.cloud.client, self.client_id
        dynamodb, s3, sns = of("dynamodb"), of("s3"), of("sns")
        names = {"table": f"inbox-{mine}", "bucket": f"data-{mine}"}
        door = (of("dynamodb", clients.FAST_FAIL), of("s3", clients.FAST_FAIL))
        self.inbox = DynamoInbox(*door, **names, client_id=mine)
        stored = {"table": f"content-{mine}", "bucket": f"data-{mine}", "client_id": mine}
        self.store = items = DynamoContent(dynamodb, s3, **stored)
        site = DynamoSite(dynamodb, f"site-{mine}")
        topics = {topic: ARN.format(service="sns", name=f"{mine}-{topic}") for topic in TOPICS}
        bus = TopicBus(sns, topics)
        whole = _plain(s3)
        queue = f"https://sqs.us-east-1.amazonaws.com/123456789012/{mine}"
        self.ingest_deps = replace(
            self.ingest_deps, deliveries=DynamoDeliveries(dynamodb, s3, **names), site=site,
            bus=bus, stored_deliveries=AwsStoredDeliveries(dynamodb, s3, **names),
            dead_letters=DeadLetterQueue(of("sqs"), queue),
            applier=StoredContent(items, self.clock),
        )  # fmt: skip
        self.desk = replace(
            self.desk, site=site, bus=bus, content=items.scan, timers=self._timers(),
            records=DynamoRecords(dynamodb, f"site-{mine}", self.clock),
            data=S3Bucket(whole, f"data-{mine}"), pages=S3Bucket(whole, f"pages-{mine}"),
            builds=CodeBuild(
                of("codebuild"), project=mine, data_bucket=f"data-{mine}", role_id="AROA"
            ),
            pointer=EdgePointer(
                of("cloudfront-keyvaluestore"),
                f"arn:aws:cloudfront::123456789012:key-value-store/{mine}",
            ),
        )  # fmt: skip
        self.ingest, self.builder = Ingest(self.ingest_deps), Builder(self.desk)

    def _timers(self) -> BuilderTimers:
        of, mine = self.cloud.client, self.client_id
        machine = ARN.format(service="states", name=f"stateMachine:{mine}")
        function = ARN.format(service="lambda", name=f"function:{mine}")
        role = "arn:aws:iam::123456789012:role/wake"
        return BuilderTimers(
            (of("stepfunctions"), of("scheduler")), machine=machine, group=mine, role=role,
            function=function, dead_letters=ARN.format(service="sqs", name=mine),
        )  # fmt: skip

    # --- what can be seen: the mirrors ------------------------------------------------------------

    def _of_inbox(self, key: Key, item: Item | None) -> None:
        mirror, (name,) = self.deliveries, key
        if item is None:
            mirror.expired_statuses[name] = mirror.rows.pop(name).delivery.status
            mirror.ends.pop(name, None)
            return
        known = mirror.rows.get(name)
        row = to_plain(from_item({k: v for k, v in item.items() if k not in {"body", "headers"}}))
        body = b"" if {"body", "body_key"} & item.keys() else None
        waiting = replace(
            to_record(item).stored_delivery(body),
            published_event_ids=(),
            replayed_at=0.0,
            reason="",
        )
        if known is None or "attempts" not in row or _anew(known, waiting):
            mirror.arrivals.append(name)
        mirror.rows[name] = waiting
        mirror.ends |= {name: row[contract.EXPIRES_AT]} if contract.EXPIRES_AT in row else {}
        if waiting.delivery.status in {"applied", "duplicate"} and "event_ids" in row:
            mirror.event_ids.setdefault(name, tuple(row["event_ids"]))
        if "reason" in row:
            mirror.reasons[name] = row["reason"]

    def _of_content(self, key: Key, item: Item | None) -> None:
        kind, _, provider = key[1].partition("#")
        where = ItemKey(key[0], kind, provider)
        if item is None:
            del self.content.stored_items[where]
            return
        row = from_item(item)
        assert row["client_id"] == self.client_id
        stored = StoredVersion.from_row(row)
        shown = None if stored.deleted else model.from_row(row | self._body(row))
        self.content.stored_items[where] = StoredItem(stored, shown, row["updated_at"])
        self.content.history.append((where, stored))

    def _body(self, row: Mapping[str, Any]) -> dict[str, str]:
        if "body_key" not in row:
            return {}
        return {"body": self.data.files[row["body_key"]][0].decode()}

    def _of_site(self, key: Key, item: Item | None) -> None:
        kind, name = key
        row = {} if item is None else to_plain(from_item(item))
        match kind:
            case contract.SITE_ROW:
                self.site.row = asdict(SiteState.from_row(row))
                self.site.history.append(self.site.state)
            case contract.BUILD_ROW if item is not None:
                self.records.builds[name] = BuildRecord.from_row(row)
            case contract.RELEASE_ROW if item is not None:
                self.records.kept[name] = ReleaseRecord.from_row(row)
            case contract.RELEASE_ROW:
                del self.records.kept[name]
            case _:
                pass

    # --- what happens to it -----------------------------------------------------------------------

    def behind(self, lag: Any) -> None:
        """From now on the indexes are."""
        for table in self.tables.values():
            for index in table.indexes.values():
                index.lag = lag

    def move_in_with(self, other: "WireWorld") -> None:
        """Two clients in one account, where each could reach the resources of the other."""
        for one, another in ((self, other), (other, self)):
            one.tables_of_all |= another.tables
            one.buckets_of_all |= {f"data-{another.client_id}": another.data}
            one.buckets_of_all |= {f"pages-{another.client_id}": another.pages}

    def expire(self, now: float) -> None:
        for table in self.tables.values():
            table.expire(now)


def _anew(known: StoredDelivery, now: StoredDelivery) -> bool:
    """True after a put over an expired row."""
    return known.delivery.request.received_at != now.delivery.request.received_at


def _plain(s3: Any) -> Any:
    """Uploads without threads: one scheduler decides who comes next."""
    upload = s3.upload_fileobj
    s3.upload_fileobj = lambda *given, **more: upload(
        *given, **more, Config=TransferConfig(use_threads=False)
    )
    return s3
