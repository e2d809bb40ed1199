"""The handlers of ingest, builder and the content API over a real emulator."""

import importlib
import json
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest

from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.dynamodb.inbox import DynamoInbox
from lambdas.runtime.adapters.dynamodb.inbox_stream import batch_response, sequence_by_delivery
from lambdas.runtime.adapters.event_bus import DeadLetterQueue, Topics
from lambdas.runtime.adapters.s3.objects import S3Bucket
from lambdas.runtime.adapters.timers import BuilderTimers
from platform_core import contract
from platform_core.content.model import UnifiedContent
from platform_core.contract.status import DeliveryStatus
from platform_core.errors import Refused, StoreUnavailable
from platform_core.pipeline.events import Event
from platform_core.pipeline.ports import ItemKey, Tombstone
from platform_core.webhooks.request import Delivery, Request
from tests.fakes.pipeline import T0, article
from tests.lambdas.test_ports import content_table, table

ARN = "arn:aws:lambda:us-east-1:000000000000:function:acme-builder"
CLIENT = {
    contract.CLIENT_ID: "acme",
    contract.ENVIRONMENT: "dev",
    contract.INTEGRATION_MODE: "event_driven",
    contract.PROVIDERS: "{}",
}


@dataclass
class Context:
    """The context that Lambda passes besides the event."""

    invoked_function_arn: str = ARN

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def fresh(function: str) -> Any:
    """Return the handler of a function, built from the current environment."""
    name = f"lambdas.{function}.handler"
    for loaded in (name, "lambdas.runtime.wiring"):
        sys.modules.pop(loaded, None)
    return importlib.import_module(name).handler


def setenv(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in (CLIENT | values).items():
        monkeypatch.setenv(name, value)


# --- the content API -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Api:
    """The content API of a client, called as API Gateway calls it."""

    handler: Any
    store: DynamoContent

    def raw(self, content_id: str | None = None, **query: str) -> dict[str, Any]:
        path = {"pathParameters": {"id": content_id}} if content_id is not None else {}
        response = self.handler({"queryStringParameters": query or None, **path}, Context())
        assert response["headers"]["content-type"] == "application/json"
        return dict(response)

    def __call__(self, content_id: str | None = None, **query: str) -> tuple[int, Any]:
        response = self.raw(content_id, **query)
        return response["statusCode"], json.loads(response["body"])


@pytest.fixture
def api(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Return a client with a dozen items."""
    name = content_table()
    store = DynamoContent(
        clients.client("dynamodb"), clients.client("s3"), table=name, bucket=bucket,
        client_id="acme",
    )  # fmt: skip
    for number in range(9):
        store.put(article(f"shop:a/{number}", 1, f"A {number}", slug=f"a-{number}"), None)
    price = {"amount": Decimal("19.90"), "currency_code": "EUR"}
    mug = article("mug", 1, "Mug", content_type="product", price=price, status="draft")
    store.put(UnifiedContent.model_validate(mug.model_dump() | {"provider_data": {"x": 1}}), None)
    store.put(article("100%25", 1, "Per cent", slug="per-cent", status="archived"), None)
    store.put_tombstone(ItemKey("gone", "article", "shop"), Tombstone(2, False, T0), None)
    setenv(monkeypatch, **{contract.CONTENT_TABLE: name, contract.DATA_BUCKET: bucket})
    return Api(fresh("content_api"), store)


def test_filters_select_the_listed_content(api: Api) -> None:
    status, body = api()
    assert (status, body["count"], body["cursor"]) == (200, 11, None)
    assert Decimal(api(type="product")[1]["content"][0]["price"]["amount"]) == Decimal("19.90")
    assert api(content_type="article")[1]["count"] == 10
    assert api(status="draft")[1]["count"] == 1
    assert api(provider="shop")[1]["count"] == 11
    assert api(provider="other")[1]["count"] == 0


@pytest.mark.parametrize("content_id", ["github:acme/site:posts/tea.md", "a?b", "a#b", "a%2Fb"])
def test_the_query_names_an_item_whose_id_a_path_cannot_hold(api: Api, content_id: str) -> None:
    """A gateway decodes a path before it routes it, and cuts it at a decoded `?`."""
    api.store.put(article(content_id, 1, "Tea", slug="tea"), None)
    status, item = api(id=content_id)
    assert (status, item["id"]) == (200, content_id)
    assert api(id=content_id, provider="other")[0] == 404
    assert api(id=content_id + "x") == (404, {"error": "Content not found"})


def test_filters_select_the_item_of_the_query(api: Api) -> None:
    assert api(id="mug", status="draft", type="product")[1]["title"] == "Mug"
    assert api(id="mug", status="published")[0] == 404
    assert api(id="mug", content_type="article")[0] == 404
    assert api(id="mug", content_type_provider="article#shop")[0] == 404


def test_an_empty_id_is_no_listing(api: Api) -> None:
    assert api(id="") == (400, {"error": "Bad request"})
    assert api(id="mug", limit="none") == (400, {"error": "Bad request"})


def test_a_cursor_continues_a_listing(api: Api) -> None:
    ids: list[str] = []
    query: dict[str, str] = {"limit": "4"}
    while True:
        _, body = api(**query)
        ids += [item["id"] for item in body["content"]]
        if body["cursor"] is None:
            break
        query["cursor"] = body["cursor"]
    assert len(ids) == len(set(ids)) == 11


def test_a_listing_repeats_its_filters(api: Api) -> None:
    _, body = api(content_type="product", status="draft", limit="1000")
    assert body["filters"] == {"content_type": "product", "status": "draft"}
    assert body["query_stats"]["pages_read"] == 1


@pytest.mark.parametrize("letter", ["x", '"', "a\n", "ü"])
def test_a_response_never_exceeds_the_limit_of_lambda(api: Api, letter: str) -> None:
    """Thirty bodies of 300 KB and one that is too large by itself."""
    for number in range(30):
        api.store.put(article(f"long-{number:02}", 1, "L", body=letter * 300_000), None)
    api.store.put(article("endless", 1, "E", body=letter * 6_000_000), None)
    ids: list[str] = []
    query: dict[str, str] = {"limit": "1000"}
    while True:
        response = api.raw(**query)
        assert len(json.dumps(response)) < 6 * 1024 * 1024
        body = json.loads(response["body"])
        ids += [item["id"] for item in body["content"]]
        if body["cursor"] is None:
            break
        query["cursor"] = body["cursor"]
    assert len(ids) == len(set(ids)) == 42
    status, endless = api("endless")
    assert (status, endless["title"], "body" in endless) == (200, "E", False)


def test_an_item_is_returned_and_a_missing_one_is_404(api: Api) -> None:
    status, body = api("shop:a/3")
    assert (status, body["title"]) == (200, "A 3")
    assert api(quote("shop:a/3", safe=""))[0] == 200
    assert "provider_data" not in api("mug")[1]
    assert api("mug", content_type_provider="product#shop")[0] == 200
    assert api("mug", content_type_provider="article#shop")[0] == 404
    assert api("100%25")[1]["title"] == "Per cent"
    for missing in ("gone", "nonsense", "", "x" * 2000):
        assert api(missing) == (404, {"error": "Content not found"})


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"limit": "²"}, {"type": "secret"},
        {"status": "x"}, {"cursor": "x"}, {"cursor": "W10"}, {"cursor": "ÿ"}, {"cursor": ""},
    ],
)  # fmt: skip
def test_an_invalid_request_is_refused(api: Api, query: dict[str, str]) -> None:
    assert api(**query) == (400, {"error": "Bad request"})


def test_a_copied_page_gets_its_own_headers(bucket: str) -> None:
    s3 = clients.client("s3")
    s3.put_object(Bucket=bucket, Key="r/404.html", Body=b"lost", CacheControl="s-maxage=31536000")
    objects = S3Bucket(s3, bucket)
    page = {"content_type": "text/html; charset=utf-8", "cache_control": "s-maxage=10"}
    assert objects.copy("r/404.html", contract.ERROR_PAGE, **page)
    headers = s3.head_object(Bucket=bucket, Key=contract.ERROR_PAGE)
    assert (headers["CacheControl"], headers["ContentType"]) == (
        "s-maxage=10",
        page["content_type"],
    )


# --- ingest --------------------------------------------------------------------------------------


def record(delivery_id: str, sequence: str, name: str = "INSERT") -> dict[str, Any]:
    change = {"Keys": {contract.INBOX_KEY: {"S": delivery_id}}, "SequenceNumber": sequence}
    return {"eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


def test_stream_records_name_each_delivery_once_and_failures_are_reported() -> None:
    records = [record("a", "1"), record("b", "2"), record("a", "3"), record("c", "4", "REMOVE")]
    ids = sequence_by_delivery(records)
    assert ids == {"a": "1", "b": "2"}
    assert batch_response(ids, ["b"]) == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_ingest_moves_unusable_deliveries_to_the_dead_letters(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = {contract.PENDING: "S", contract.RECEIVED_AT: "N"}
    inbox = table({contract.INBOX_KEY: "S"}, {contract.PENDING_INDEX: waiting})
    sqs: Any = boto3.client("sqs")
    queue = sqs.create_queue(QueueName=uuid4().hex)["QueueUrl"]
    topic = boto3.client("sns").create_topic(Name=uuid4().hex)["TopicArn"]
    setenv(
        monkeypatch,
        **{
            contract.INBOX_TABLE: inbox,
            contract.CONTENT_TABLE: content_table(),
            contract.SITE_TABLE: table({contract.SITE_KEY: "S", contract.SITE_SORT: "S"}),
            contract.DATA_BUCKET: bucket,
            contract.DEAD_LETTERS: queue,
            contract.CONTENT_TOPIC: topic,
            contract.COMMERCE_TOPIC: topic,
        },
    )
    inbox_port = DynamoInbox(
        clients.client("dynamodb"), clients.client("s3"), table=inbox, bucket=bucket,
        client_id="acme",
    )  # fmt: skip
    delivery = Delivery("gone", "k1", Request("POST", "/", {}, b"{}", T0))
    inbox_port.put(delivery)
    handler = fresh("ingest")
    assert handler({"Records": [record(delivery.id, "7")]}, Context()) == {"batchItemFailures": []}
    stored = DynamoDeliveries(
        clients.client("dynamodb"), clients.client("s3"), table=inbox, bucket=bucket
    ).read(delivery.id)
    failed = replace(delivery, status=DeliveryStatus.FAILED, attempts=1)
    assert stored is not None
    assert stored.delivery == failed
    letter = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    assert letter["delivery"] == delivery.id
    ids = [delivery.id, "gone#never"]
    response = handler({"action": contract.ACTION_REPLAY, "ids": ids}, Context())
    reason = "Malformed: this client has no provider gone"
    assert response == {
        "replayed": [{"id": delivery.id, "number": 1, "status": "failed", "reason": reason}],
        "skipped": [{"id": "gone#never", "reason": "it is no longer kept"}],
        "left": [],
    }
    response = handler({"action": contract.ACTION_DISCARD, "ids": ids}, Context())
    assert response == {"discarded": [delivery.id]}
    swept = handler({"action": contract.ACTION_SWEEP}, Context())
    assert swept == {"pending": 0, "driven": 0, "left": 0}
    with pytest.raises(Refused):
        handler({"action": "dance"}, Context())


# --- builder -------------------------------------------------------------------------------------


@pytest.fixture
def builder(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    states: Any = boto3.client("stepfunctions")
    machine = states.create_state_machine(
        name=uuid4().hex,
        definition=json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}),
        roleArn="arn:aws:iam::000000000000:role/any",
    )["stateMachineArn"]
    project = f"p{uuid4().hex}"
    builds: Any = boto3.client("codebuild")
    builds.create_project(
        name=project,
        source={"type": "S3", "location": f"{bucket}/x.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "ARM_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole="arn:aws:iam::000000000000:role/any",
    )
    edge: Any = boto3.client("cloudfront")
    store = edge.create_key_value_store(Name=f"kvs-{uuid4().hex[:12]}")["KeyValueStore"]["ARN"]
    setenv(
        monkeypatch,
        **{
            contract.SITE_TABLE: table({contract.SITE_KEY: "S", contract.SITE_SORT: "S"}),
            contract.CONTENT_TABLE: content_table(),
            contract.SITE_BUCKET: bucket,
            contract.DATA_BUCKET: bucket,
            contract.BUILD_PROJECT: project,
            contract.BUILD_ROLE_ID: "AROA",
            contract.POINTER_STORE: store,
            contract.TIMER: machine,
            contract.SCHEDULE_GROUP: "default",
            contract.SCHEDULE_ROLE: "arn:aws:iam::000000000000:role/any",
            contract.DEAD_LETTERS_ARN: "arn:aws:sqs:us-east-1:000000000000:any",
            contract.BUILD_POLICY: "{}",
        },
    )
    handler = fresh("builder")
    return lambda **event: handler(event, Context())


def test_in_direct_mode_the_builder_replays_stored_deliveries(
    builder: Any, inbox_table: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del builder
    queue = boto3.client("sqs").create_queue(QueueName=uuid4().hex)["QueueUrl"]
    monkeypatch.delenv(contract.CONTENT_TABLE)
    monkeypatch.setenv(contract.INBOX_TABLE, inbox_table)
    monkeypatch.setenv(contract.DEAD_LETTERS, queue)
    handler = fresh("builder")
    inbox_port = DynamoInbox(
        clients.client("dynamodb"), clients.client("s3"), table=inbox_table, bucket=bucket,
        client_id="acme",
    )  # fmt: skip
    delivery = Delivery(
        "gone", "k1", Request("POST", "/", {}, b"{}", T0), status=DeliveryStatus.QUARANTINED
    )
    inbox_port.put(delivery, quarantine_reason="not understood")
    response = handler({"action": contract.ACTION_REPLAY, "ids": [delivery.id]}, Context())
    assert [(replay["id"], replay["status"]) for replay in response["replayed"]] == [
        (delivery.id, "failed")
    ]
    response = handler({"action": contract.ACTION_DISCARD, "ids": [delivery.id]}, Context())
    assert response == {"discarded": [delivery.id]}


def test_the_builder_answers_in_json_and_waits_for_a_deploy(builder: Any) -> None:
    assert builder(action="look")["status"] == "idle"
    response = builder(action="build", force=True, cause="asked")
    assert (response["status"], response["changed"]) == ("waiting", 1)
    assert builder(Records=[{"EventSource": "aws:sns"}])["status"] == "waiting"
    with pytest.raises(Refused, match="no release before"):
        builder(action="rollback")
    with pytest.raises(Refused, match="no release yet"):
        builder(action="resume")
    assert builder(action="sweep")["status"] == "waiting"


def test_a_build_without_a_release_fails(builder: Any, bucket: str) -> None:
    facts = {
        "client_id": "acme", "environment": "dev", "name": "Acme", "domain": "acme.example",
        "url": "https://acme.example", "contact_email": "x@acme.example", "source_key": "s.zip",
    }  # fmt: skip
    s3: Any = boto3.client("s3")
    s3.put_object(Bucket=bucket, Key=contract.SITE_FACTS, Body=json.dumps(facts))
    response = builder(action="build")
    assert response["status"] == "building"
    snapshot = s3.get_object(Bucket=bucket, Key=f"snapshots/{response['attempt']}.json")
    assert json.loads(snapshot["Body"].read())["revision"] == 1
    event = {"source": "aws.codebuild", "detail-type": "CodeBuild Build State Change"}
    assert builder(**event)["status"] == "waiting"


# --- timers and messages -------------------------------------------------------------------------


def test_a_long_wait_is_one_schedule_even_if_set_twice(aws: None) -> None:
    scheduler: Any = boto3.client("scheduler")
    group = f"g{uuid4().hex[:12]}"
    scheduler.create_schedule_group(Name=group)
    timers = BuilderTimers(
        (clients.client("stepfunctions"), clients.client("scheduler")),
        machine="none", group=group,
        role="arn:aws:iam::000000000000:role/any", function=ARN,
        dead_letters="arn:aws:sqs:us-east-1:000000000000:any",
    )  # fmt: skip
    for _ in range(2):
        timers.schedule_wakeup(4_000_000_000.25, 3_999_000_000.0)
    (listed,) = scheduler.list_schedules(GroupName=group)["Schedules"]
    schedule = scheduler.get_schedule(GroupName=group, Name=listed["Name"])
    assert schedule["ScheduleExpression"] == "at(2096-10-02T07:06:41)"
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["Target"]["DeadLetterConfig"] == {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:any"
    }
    with pytest.raises(StoreUnavailable):
        timers.schedule_wakeup(10.0, 0.0)


def event(number: int, kind: str) -> Event:
    return Event(
        event_id=str(number), event_type=kind, provider_name="shop", content_id=f"c{number}",
        content_type="article", timestamp="2026-11-21T10:00:00.000Z", client_id="acme",
        environment="dev", requires_build=True,
    )  # fmt: skip


def test_each_event_goes_to_its_topic_and_none_is_left_out(aws: None) -> None:
    sns: Any = boto3.client("sns")
    sqs: Any = boto3.client("sqs")
    arns, queues = {}, {}
    for topic in (contract.CONTENT_TOPIC, contract.COMMERCE_TOPIC):
        arns[topic] = sns.create_topic(Name=uuid4().hex)["TopicArn"]
        queues[topic] = sqs.create_queue(QueueName=uuid4().hex)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=queues[topic], AttributeNames=["QueueArn"])[
            "Attributes"
        ]
        sns.subscribe(TopicArn=arns[topic], Protocol="sqs", Endpoint=attributes["QueueArn"])
    bus = Topics(clients.client("sns"), arns)
    bus.publish(
        [event(number, "content.updated") for number in range(23)] + [event(99, "order.placed")]
    )
    counts = {}
    for topic, queue in queues.items():
        messages: list[Any] = []
        while more := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            messages += [
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=m["ReceiptHandle"]) for m in more
            ]
        counts[topic] = len(messages)
    assert counts == {contract.CONTENT_TOPIC: 23, contract.COMMERCE_TOPIC: 1}


def test_unavailable_stores_are_named(aws: None) -> None:
    nowhere = "http://127.0.0.1:9/none"
    with pytest.raises(StoreUnavailable, match="dead letters"):
        DeadLetterQueue(clients.client("sqs"), nowhere).send("x", "y")
    missing_topic = Topics(
        clients.client("sns"), {contract.CONTENT_TOPIC: "arn:aws:sns:us-east-1:0:none"}
    )
    with pytest.raises(StoreUnavailable, match="topic"):
        missing_topic.publish([event(1, "content.updated")])
