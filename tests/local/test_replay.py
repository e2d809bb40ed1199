"""Replay of stored deliveries and handling of dead letters, end to end by the command line.

One workspace and one deployed client for the whole file; the tests depend on their order.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from platform_cli.local.cloud import EmbeddedCloud
from platform_core import contract
from tests.canaries import leaks, unseen
from tests.local import canary
from tests.local.ground import aws_clients, try_command

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
COOL_DOWN = 61
"""Seconds. A delivery that was replayed a moment ago is left alone for this long."""
PATIENCE = 120.0


class Place:
    """A workspace with one deployed client."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = ""

    def call(self, *words: str, stdin: str | None = None) -> tuple[int, Any]:
        """Run one command and return its exit code and data."""
        code, output = try_command(self.root, *words, stdin=stdin)
        assert "data" in output, output
        return code, output["data"]

    def platform(self, *words: str, stdin: str | None = None) -> Any:
        code, data = self.call(*words, stdin=stdin)
        assert code == 0, data
        return data

    def page(self, path: str) -> httpx2.Response:
        return httpx2.get(self.site + path, trust_env=False, follow_redirects=True)

    def status_of(self, delivery: str) -> Any:
        return self.platform("events", "acme", delivery)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("workspace"))
    (place.root / "clients").mkdir()
    shutil.copyfile(ROOT / "clients" / "acme.yaml", place.root / "clients" / "acme.yaml")
    try:
        place.site = place.platform("deploy", "acme", "--local")["site_url"]
        place.platform(
            "secrets", "set", "acme", "sanity", "webhook_secret", stdin="of-the-newsroom-1"
        )
        yield place
    finally:
        place.platform("local", "stop")


@pytest.fixture(scope="module")
def edit(place: Place) -> str:
    """Return the id of a delivery that is live on the site."""
    sent = place.platform(
        "send", "acme", "sanity", "article.published", "--edit", "title=Kept well", "--wait"
    )
    assert sent["applied"] == "applied"
    return str(sent["delivery_id"])


def wait_until(condition: Callable[[], object], description: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {description}"
        time.sleep(0.3)


def test_events_shows_the_full_status_of_a_delivery(place: Place, edit: str) -> None:
    result = place.status_of(edit)
    assert (result["status"], result["replays"], result["live"]) == ("applied", 0, True)
    assert result["build_status"] == "succeeded"
    assert result["received_at"] <= result["applied_at"] <= result["live_at"]
    assert result["release"] == result["build"]
    lines = place.platform("logs", "acme", "--trace", edit)["lines"]
    sources = {line["source"] for line in lines}
    assert {"webhook-router", "ingest", "builder"} <= sources


def test_a_dry_run_replays_nothing(place: Place, edit: str) -> None:
    result = place.platform("replay", "acme", "--since", "1h", "--provider", "sanity", "--dry-run")
    assert [item["id"] for item in result["matching"]] == [edit]
    assert (result["dry_run"], result["replayed"], result["left"]) == (True, [], 0)
    assert place.status_of(edit)["replays"] == 0


def test_a_replay_changes_nothing_and_cannot_be_repeated_at_once(place: Place, edit: str) -> None:
    before = place.platform("content", "acme")["items"]
    result = place.platform("replay", "acme", "--id", edit, "--yes")
    assert result["replayed"] == [{"id": edit, "number": 1, "status": "applied", "reason": ""}]
    again = place.platform("replay", "acme", "--id", edit, "--yes")
    assert again["skipped"][0]["reason"] == "it was replayed less than 60 seconds ago"
    assert place.platform("content", "acme")["items"] == before
    assert place.status_of(edit)["replays"] == 1


def test_a_malformed_delivery_becomes_a_dead_letter_until_purged(
    place: Place, tmp_path: Path
) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"_id": "article-x", "_type": "article", "price": NaN}')
    place.platform("send", "acme", "sanity", "article.published", "--file", str(body))
    (dead,) = place.platform("deadletters", "list", "acme")["dead_letters"]
    assert (dead["in_queue"], dead["redrive"]) == (0, "replay"), "quarantined: no letter yet"
    code, result = place.call("replay", "acme", "--failed", "--yes")
    assert (code, [item["status"] for item in result["replayed"]]) == (1, ["failed"])
    (dead,) = place.platform("deadletters", "list", "acme")["dead_letters"]
    assert (dead["in_queue"], dead["kind"]) == (1, "delivery")
    assert dead["reason"].startswith("Malformed")
    purged = place.platform("deadletters", "purge", "acme", "--yes")
    assert purged["discarded"] == [dead["id"]]
    assert place.platform("deadletters", "list", "acme")["dead_letters"] == []
    assert place.platform("status", "acme")["dead_letters"] == 0
    assert place.status_of(dead["id"])["status"] == "failed"


def test_redrive_repeats_a_failed_poll_but_not_a_rollback(place: Place) -> None:
    """Lambda writes such messages after its last failed attempt."""
    with aws_clients(EmbeddedCloud(place.root / ".platform" / "local")) as aws:
        sqs = aws("sqs")
        (queue,) = [
            url for url in sqs.list_queues()["QueueUrls"] if url.endswith("acme-prod-dead-letters")
        ]
        for action in ("look", "rollback"):
            arn = "arn:aws:lambda:us-east-1:000000000000:function:acme-prod-builder:$LATEST"
            message = {
                "requestContext": {"functionArn": arn, "condition": "RetriesExhausted"},
                "requestPayload": {"action": action},
                "responsePayload": {"errorMessage": "no answer"},
            }
            sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message))
    code, result = place.call("deadletters", "redrive", "acme", "--yes")
    assert code == 1
    assert [item["is_now"] for item in result["redriven"]] == ["called again"]
    assert "this action is repeated by hand only" in result["left"][0]["reason"]
    place.platform("deadletters", "purge", "acme", "--yes")
    assert place.platform("status", "acme")["dead_letters"] == 0


def end_cool_down(dynamodb: Any, delivery: str) -> None:
    """Date the last replay of a delivery back, because waiting takes a minute."""
    (table,) = [name for name in dynamodb.list_tables()["TableNames"] if "webhook-receipts" in name]
    dynamodb.update_item(
        TableName=table,
        Key={contract.INBOX_KEY: {"S": delivery}},
        UpdateExpression="SET replayed_at = replayed_at - :seconds",
        ConditionExpression="replayed_at > :seconds",
        ExpressionAttributeValues={":seconds": {"N": str(COOL_DOWN)}},
    )


def test_a_replay_restores_a_lost_item(place: Place, edit: str) -> None:
    with aws_clients(EmbeddedCloud(place.root / ".platform" / "local")) as aws:
        dynamodb = aws("dynamodb")
        (table,) = [name for name in dynamodb.list_tables()["TableNames"] if "content" in name]
        (item,) = [
            row
            for page in dynamodb.get_paginator("scan").paginate(TableName=table)
            for row in page["Items"]
            if row["title"]["S"] == "Kept well"
        ]
        key = {name: item[name] for name in ("content_id", "content_type_provider")}
        dynamodb.delete_item(TableName=table, Key=key)
        end_cool_down(dynamodb, edit)
    slug = item["slug"]["S"]
    place.platform("build", "acme", "--allow-shrink")
    assert place.page(f"/articles/{slug}/").status_code == 404
    result = place.platform("replay", "acme", "--since", "1h", "--provider", "sanity", "--yes")
    assert [(item["id"], item["status"]) for item in result["replayed"]] == [(edit, "applied")]
    wait_until(lambda: "Kept well" in place.page(f"/articles/{slug}/").text, "the lost article")
    wait_until(lambda: place.status_of(edit)["live"], "its life goes on")


@pytest.mark.slow
def test_canaries_are_stored_only_in_the_expected_places(place: Place, tmp_path: Path) -> None:
    """Search all stored and printed data for secrets, customer data and content."""
    with aws_clients(EmbeddedCloud(place.root / ".platform" / "local")) as aws:
        read_messages = subscribe_to_topics(aws)
        ids = send_canaries(place, tmp_path)
        contents = canary.collect_written_data(place.root, aws, ids, read_messages())
    assert unseen(contents, canary.CANARIES) == []
    assert leaks(contents, canary.CANARIES) == []
    lines = contents["logs"]
    for said in (b'"accepted"', b'"duplicate"', b'"refused"', b'"quarantined"', b"pointer moved"):
        assert said in lines
    assert leaks({"logs": lines + canary.TITLE.encode()}, canary.CANARIES) == ["a title in logs"]


def subscribe_to_topics(aws: Callable[[str], Any]) -> Callable[[], list[str]]:
    """Subscribe a queue to all topics. Returns a function that reads its messages."""
    queue = aws("sqs").create_queue(QueueName="listener")["QueueUrl"]
    request = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
    arn = aws("sqs").get_queue_attributes(**request)["Attributes"]["QueueArn"]
    for topic in aws("sns").list_topics()["Topics"]:
        aws("sns").subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)

    def read_messages() -> list[str]:
        messages = []
        request = {"QueueUrl": queue, "MaxNumberOfMessages": 10}
        while batch := aws("sqs").receive_message(**request).get("Messages"):
            for message in batch:
                messages.append(json.dumps(message))
                aws("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        assert any("order.placed" in message for message in messages)
        return messages

    return read_messages


def send_canaries(place: Place, folder: Path) -> list[str]:
    """Send deliveries with canaries that end in each status, and return their ids."""
    for words, name in (
        (("rotate", "acme", "sanity", "webhook_secret"), "the webhook secret"),
        (("set", "acme", "sanity", "read_token"), "the read token"),
        (("set", "acme", "shopify_basic", "webhook_secret"), "the shop's secret"),
    ):
        place.platform("secrets", *words, stdin=canary.SECRETS[name])

    def send(provider: str, event: str, *more_options: str, body: str | None = None) -> str:
        options = list(more_options)
        if body is not None:
            file = folder / "body"
            file.write_text(body)
            options += ["--file", str(file)]
        _, result = place.call("send", "acme", provider, event, *options)
        return str(result["delivery_id"])

    title = ("--edit", f"title={canary.TITLE}")
    edit = send("sanity", "article.updated", *title, "--repeat", "--wait")
    forged = ("--edit", "title=canary-of-a-forger", "--bad-signature")
    send("sanity", "article.published", *forged)
    file = ROOT / "src/platform_core/providers/shopify_basic/deliveries/orders.create.json"
    order = json.loads(file.read_text())
    placed, poison = order["body"] | canary.ORDER, {"note": "canary-of-the-poison"}
    send("shopify_basic", "orders/create", body=json.dumps(order | {"body": placed}))
    send("sanity", "article.published", body="canary-without-json")
    send("shopify_basic", "orders/create", body=json.dumps(order | {"body": poison}))
    events = place.platform("events", "acme")["events"]
    ids = [item["id"] for item in events]
    wait_until(lambda: place.platform("status", "acme")["pending"] == 0, "all are worked off")
    states = {item["status"] for item in place.platform("events", "acme")["events"]}
    assert states >= {"applied", "failed", "quarantined"}
    place.call("replay", "acme", "--failed", "--yes")
    wait_until(lambda: place.status_of(edit)["live"], "the title is seen")
    place.platform("rollback", "acme", "--yes")
    place.platform("releases", "resume", "acme")
    return ids


@pytest.mark.slow
def test_direct_mode_can_replay_without_a_second_build(place: Place, tmp_path: Path) -> None:
    """In direct mode the builder reads the inbox, and each build reads the provider."""
    place.platform(
        "new-client", "corner", "--cms", "decap", "--engine", "eleventy", "--mode", "direct",
        "--domain", "corner.example", "--company", "Corner", "--email", "web@corner.example",
        "--no-input", "--yes",
    )  # fmt: skip
    result = place.platform("deploy", "corner", "--local")
    assert result["content_api_url"] == ""
    sent = place.platform("send", "corner", "decap", "push", "--wait")
    assert (sent["applied"], "/" in sent["changed"]) == ("applied", True)
    live = place.platform("status", "corner")["site"]["live"]
    again = place.platform("replay", "corner", "--id", sent["delivery_id"], "--yes")
    assert again["replayed"] == [
        {"id": sent["delivery_id"], "number": 1, "status": "applied", "reason": ""}
    ]
    wait_until(lambda: place.platform("status", "corner")["site"]["state"] == "idle", "it settles")
    site = place.platform("status", "corner")["site"]
    assert (site["live"], site["built"]) == (live, site["wanted"]), "nothing new: nothing is built"
    for command in ("content", "sync"):
        code, output = try_command(place.root, command, "corner")
        assert code == 2
        assert "stores no content: in direct mode" in output["error"]["message"]
