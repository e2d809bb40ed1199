"""Secrets, customer data and content are stored only in the expected places.

Secrets are only in the secret store. Customer data is only in a delivery that waits, and nowhere
after it is applied. No content is in a log, a message, a dead letter or an environment.

Every function runs as its own process, from its environment, over a real emulator. The tests use
each feature once, and then search all written data.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import boto3
import pytest

from platform_core import contract, providers
from platform_core.webhooks.request import Request
from tests.canaries import Canary, leaks, unseen
from tests.lambdas.test_ports import content_table, table

ROOT = Path(__file__).parents[2]
WAITING = frozenset({"waiting deliveries"})
INBOX = WAITING | {"inbox"}
CONTENT = INBOX | {"content", "snapshots", "releases"}
SECRETS = {
    "sanity/webhook_secret": "canary-current-secret-of-sanity",
    "sanity/previous": "canary-previous-secret-of-sanity",
    "sanity/read_token": "canary-read-token-of-sanity",
    "shopify_basic/webhook_secret": "canary-secret-of-the-shop",
    "shopify_basic/read_token": "canary-read-token-of-the-shop",
}
CANARIES = [
    *(Canary(name, text) for name, text in SECRETS.items()),
    Canary("a customer's name", "Canary Quillfeather", WAITING),
    Canary("a customer's mail", "quillfeather@canary.example", WAITING),
    Canary("a customer's street", "17 Canary Wharf Steps", WAITING),
    Canary("a customer's phone", "+44 20 0000 26797", WAITING),
    Canary("a title", "Canaries of the title", CONTENT),
    Canary("a body", "canaries sing in this body", CONTENT),
    Canary("a header", "canary-in-a-header", INBOX),
    Canary("a credential in a header", "Basic canary-credential"),
    Canary("a body that is no JSON", "canary-without-json", INBOX),
    Canary("a body that nobody understands", "canary-of-the-poison", INBOX),
    Canary("a body that was refused", "canary-of-a-forger"),
    Canary("a deletion", "canary-deleted", INBOX),
]
SAID = {canary.name: canary.text for canary in CANARIES}
DRIVER = """
import importlib, json, sys, traceback
from pathlib import Path
class Context:
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:acme-builder"
    def get_remaining_time_in_millis(self): return 300_000
handler = importlib.import_module(f"lambdas.{sys.argv[1]}.handler").handler
answers = []
for line in sys.stdin:
    try:
        answers.append(handler(json.loads(line), Context()))
    except Exception:
        traceback.print_exc()  # as Lambda logs it
Path(sys.argv[2]).write_text(json.dumps(answers))
"""


class SanityApi(BaseHTTPRequestHandler):
    """A simulated API of the vendor whose errors repeat the token and the document."""

    documents: ClassVar[dict[str, Any]] = {}
    tokens: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        parameters = {
            name: json.loads(value) for name, (value,) in self._query() if name[:1] == "$"
        }
        token = self.headers["authorization"].removeprefix("Bearer ")
        self.tokens.add(token)
        wanted_id, last = parameters.get("$id"), parameters.get("$last", "")
        later = [document for name, document in sorted(self.documents.items()) if name > last]
        result = self.documents.get(wanted_id) if wanted_id else later
        broken = wanted_id == SAID["a deletion"]
        answer = {"token": token, "documents": self.documents} if broken else {"result": result}
        self.send_response(500 if broken else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def _query(self) -> Iterable[tuple[str, list[str]]]:
        return parse_qs(urlsplit(self.path).query).items()

    def log_message(self, *_: object) -> None:
        """Log nothing: this output is not part of the search."""


@dataclass
class Stage:
    """One client's functions, and all data that they write."""

    folder: Path
    environment: dict[str, str]
    queues: dict[str, str]
    """Place -> queue."""
    written: dict[str, bytes] = field(default_factory=dict)
    """Place -> data written there."""

    def call(self, function: str, *events: dict[str, Any]) -> list[Any]:
        """Call a process with these events and return its responses. Keeps its log."""
        answers = self.folder / "answers"
        absent = {"builder": {contract.INBOX_TABLE}}.get(function, set())
        environment = {k: v for k, v in self.environment.items() if k not in absent}
        process = subprocess.run(
            [sys.executable, "-c", DRIVER, function, str(answers)],
            input="".join(json.dumps(event) + "\n" for event in events),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
            | environment,
            capture_output=True,
            text=True,
        )  # fmt: skip
        assert process.returncode == 0, process.stderr
        self.add("logs", process.stdout + process.stderr)
        self.add("answers", answers.read_text())
        return list(json.loads(answers.read_text()))

    def add(self, place: str, text: str | bytes) -> None:
        raw = text.encode() if isinstance(text, str) else text
        self.written[place] = self.written.get(place, b"") + raw + b"\n"

    def post(self, *deliveries: tuple[str, Request]) -> list[int]:
        """Return the status codes that vendors get."""
        events = [
            {
                "routeKey": "POST /webhooks/{provider}",
                "rawPath": request.path,
                "headers": dict(request.headers),
                "requestContext": {"http": {"method": "POST"}, "requestId": f"req-{number}"},
                "pathParameters": {"provider": provider},
                "body": request.body.decode(),
            }
            for number, (provider, request) in enumerate(deliveries)
        ]
        return [answer["statusCode"] for answer in self.call("webhook_router", *events)]

    def rows(self, key: str) -> list[dict[str, Any]]:
        items: Any = boto3.resource("dynamodb").Table(self.environment[key]).scan()["Items"]
        return list(items)


def delivery(provider: str, event: str, secret: str, **changes: Any) -> tuple[str, Request]:
    """Return a recorded delivery with changes in its body (or another body), signed now."""
    recorded = json.loads(
        next((ROOT / "src/platform_core/providers").glob(f"{provider}/deliveries/{event}.json"))
        .read_text()
    )  # fmt: skip
    raw = changes.pop("raw", None)
    more = changes.pop("headers", {})
    body = raw if raw is not None else json.dumps(recorded["body"] | changes)
    path = f"/webhooks/{provider}"
    request = Request("POST", path, recorded["headers"] | more, body.encode(), time.time())
    scheme = providers.load_webhook(provider).SIGNATURE
    proof = scheme.sign(request, secret.encode(), time.time())
    return provider, Request("POST", path, {**request.headers, **proof}, request.body, 0.0)


def sanity(event: str = "article.published", **changes: Any) -> tuple[str, Request]:
    secret = changes.pop("secret", SECRETS["sanity/webhook_secret"])
    return delivery("sanity", event, secret, **changes)


def shop(event: str, **changes: Any) -> tuple[str, Request]:
    return delivery("shopify_basic", event, SECRETS["shopify_basic/webhook_secret"], **changes)


def posted() -> tuple[str, Request]:
    credentials = {"authorization": SAID["a credential in a header"], "cookie": "canary-cookie"}
    block = {"_type": "block", "children": [{"_type": "span", "text": SAID["a body"]}]}
    return sanity(
        title=SAID["a title"], body=[block], headers={"x-note": SAID["a header"], **credentials}
    )


def deliveries() -> list[tuple[str, Request]]:
    """Return one delivery of every kind. The vendor's API has the published content."""
    previous = SECRETS["sanity/previous"]
    accepted, older = posted(), sanity(title="older", _id="older", secret=previous)
    for _, request in (accepted, older):
        document = json.loads(request.body)
        SanityApi.documents[document["_id"]] = document
    person = {
        "name": SAID["a customer's name"],
        "address1": SAID["a customer's street"],
        "phone": SAID["a customer's phone"],
    }
    order = shop(
        "orders.create", email=SAID["a customer's mail"], customer=person, shipping_address=person
    )
    removed = {"_id": SAID["a deletion"], "_type": "article"}
    return [
        accepted,
        accepted,
        order,
        older,
        sanity(title=SAID["a body that was refused"], secret="canary-of-another"),
        sanity(raw=SAID["a body that is no JSON"]),
        shop("products.update", raw=json.dumps({"title": SAID["a body that nobody understands"]})),
        sanity("article.deleted", raw=json.dumps(removed)),
    ]


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, aws_environment: dict[str, str]
) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environment.items():
            patch.setenv(name, value)
        with vendor() as address:
            stage = laid(tmp_path_factory.mktemp("stage"), aws_environment, address)
            played(stage)
            collect(stage)
            yield stage


@contextmanager
def vendor() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), SanityApi) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def laid(folder: Path, aws: dict[str, str], vendor: str) -> Stage:
    """Return a deployed client with its secrets set."""
    client_id = f"c{uuid4().hex[:12]}"
    keep_secrets(client_id)
    topics, queues = topics_and_queues()
    bucket = {kind: f"{kind}-{uuid4().hex}" for kind in ("data", "site")}
    for name in bucket.values():
        boto3.client("s3").create_bucket(Bucket=name)
    waiting = {contract.PENDING: "S", contract.RECEIVED_AT: "N"}
    settings = {
        "sanity": {"project_id": "fjordfrn", "dataset": "production"},
        "shopify_basic": {"store_domain": "fjord-and-fern.myshopify.com", "currency": "USD"},
    }
    environment = aws | topics | builds(bucket["data"]) | {
        contract.CLIENT_ID: client_id,
        contract.ENVIRONMENT: "prod",
        contract.INTEGRATION_MODE: "event_driven",
        contract.PROVIDERS: json.dumps(settings),
        contract.PROVIDER_API: vendor,
        contract.INBOX_TABLE: table({contract.INBOX_KEY: "S"}, {contract.PENDING_INDEX: waiting}),
        contract.CONTENT_TABLE: content_table(),
        contract.SITE_TABLE: table({contract.SITE_KEY: "S", contract.SITE_SORT: "S"}),
        contract.DATA_BUCKET: bucket["data"],
        contract.SITE_BUCKET: bucket["site"],
        contract.DEAD_LETTERS: queues["dead letters"],
        contract.DEAD_LETTERS_ARN: "arn:aws:sqs:us-east-1:000000000000:any",
        contract.BUILD_POLICY: "{}",
    }  # fmt: skip
    return Stage(folder, environment, queues)


def keep_secrets(client_id: str) -> None:
    until = time.time() + 3600
    previous = {"value": SECRETS["sanity/previous"], "valid_until": until}
    for name in set(SECRETS) - {"sanity/previous"}:
        provider, _, secret = name.partition("/")
        rotated = previous if name == "sanity/webhook_secret" else None
        boto3.client("ssm").put_parameter(
            Name=contract.secret_path(client_id, "prod", provider, secret),
            Value=json.dumps({"current": SECRETS[name], "previous": rotated}),
            Type="SecureString",
        )


def topics_and_queues() -> tuple[dict[str, str], dict[str, str]]:
    """Create topics by the key of the environment, and a queue that subscribes to all of them."""
    sns: Any = boto3.client("sns")
    sqs: Any = boto3.client("sqs")
    queues = {
        place: sqs.create_queue(QueueName=uuid4().hex)["QueueUrl"]
        for place in ("topics", "dead letters")
    }
    attributes_query = {"QueueUrl": queues["topics"], "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**attributes_query)["Attributes"]["QueueArn"]
    topics = {}
    for key in (contract.CONTENT_TOPIC, contract.COMMERCE_TOPIC, contract.BUILD_TOPIC):
        topics[key] = sns.create_topic(Name=uuid4().hex)["TopicArn"]
        sns.subscribe(TopicArn=topics[key], Protocol="sqs", Endpoint=arn)
    return topics, queues


def builds(bucket: str) -> dict[str, str]:
    """Create a build project, a timer and a pointer."""
    role = "arn:aws:iam::000000000000:role/any"
    machine = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    states: Any = boto3.client("stepfunctions")
    timer = states.create_state_machine(
        name=uuid4().hex, definition=json.dumps(machine), roleArn=role
    )["stateMachineArn"]
    project = f"p{uuid4().hex}"
    boto3.client("codebuild").create_project(
        name=project,
        source={"type": "S3", "location": f"{bucket}/x.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "ARM_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=role,
    )
    edge: Any = boto3.client("cloudfront")
    store = edge.create_key_value_store(Name=f"kvs-{uuid4().hex[:12]}")["KeyValueStore"]["ARN"]
    return {
        contract.TIMER: timer,
        contract.BUILD_PROJECT: project,
        contract.BUILD_ROLE_ID: "AROA",
        contract.POINTER_STORE: store,
        contract.SCHEDULE_GROUP: "default",
        contract.SCHEDULE_ROLE: role,
    }


def played(stage: Stage) -> None:
    """Run everything from a webhook to the page, including all failures on the way."""
    assert stage.post(*deliveries()) == [200, 200, 200, 200, 401, 200, 200, 200]
    rows = stage.rows(contract.INBOX_TABLE)
    stage.add("waiting deliveries", repr(rows))
    ids = [row[contract.INBOX_KEY] for row in rows]
    assert len(ids) == 6
    batch = {"Records": [record(delivery_id, str(n)) for n, delivery_id in enumerate(ids)]}
    sweep = {"action": contract.ACTION_SWEEP}
    ask_again = {"action": contract.ACTION_REPLAY, "ids": ids}
    stage.call("ingest", batch, sweep, ask_again, {"action": "sync", "provider": "sanity"})
    facts = {
        "client_id": "acme", "environment": "prod", "name": "Acme", "domain": "acme.example",
        "url": "https://acme.example", "contact_email": "x@acme.example", "source_key": "s.zip",
    }  # fmt: skip
    s3: Any = boto3.client("s3")
    data = stage.environment[contract.DATA_BUCKET]
    s3.put_object(Bucket=data, Key=contract.SITE_FACTS, Body=json.dumps(facts))
    (building,) = stage.call("builder", {"action": contract.ACTION_BUILD})
    publish(stage, building["attempt"])
    ended = {"source": "aws.codebuild", "detail-type": "CodeBuild Build State Change"}
    *_, resumed = stage.call("builder", ended, sweep, {"action": contract.ACTION_RESUME})
    assert resumed["live"] == building["attempt"]


def record(delivery_id: str, sequence: str) -> dict[str, Any]:
    change = {"Keys": {contract.INBOX_KEY: {"S": delivery_id}}, "SequenceNumber": sequence}
    return {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


def publish(stage: Stage, attempt: str) -> None:
    """Publish the pages of the snapshot as a build does."""
    s3: Any = boto3.client("s3")
    data, site = (stage.environment[key] for key in (contract.DATA_BUCKET, contract.SITE_BUCKET))
    snapshot = s3.get_object(Bucket=data, Key=f"{contract.SNAPSHOTS}{attempt}.json")["Body"].read()
    builds: Any = boto3.client("codebuild")
    project = stage.environment[contract.BUILD_PROJECT]
    (build_id,) = builds.list_builds_for_project(projectName=project)["ids"]
    role_id = stage.environment[contract.BUILD_ROLE_ID]
    home = contract.release_prefix(contract.build_folder(role_id, build_id))
    files = {}
    for name in ("index.html", "404.html"):
        s3.put_object(Bucket=site, Key=home + name, Body=snapshot)
        files[name] = {"key": home + name, "size": len(snapshot)}
    manifest = {"version": 1, "attempt": attempt, "files": files}
    key = home + contract.RELEASE_MANIFEST
    s3.put_object(Bucket=site, Key=key, Body=json.dumps(manifest))


def collect(stage: Stage) -> None:
    """Collect all stored data."""
    for place, key in (
        ("inbox", contract.INBOX_TABLE),
        ("content", contract.CONTENT_TABLE),
        ("site table", contract.SITE_TABLE),
    ):
        for row in stage.rows(key):
            stage.add(place, repr(row))
    objects(stage)
    sqs: Any = boto3.client("sqs")
    for place, queue in stage.queues.items():
        while more := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in more:
                stage.add(place, json.dumps(message))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    builds: Any = boto3.client("codebuild")
    project = stage.environment[contract.BUILD_PROJECT]
    ids = builds.list_builds_for_project(projectName=project)["ids"]
    stage.add("builds", repr(builds.batch_get_builds(ids=ids)["builds"]))
    stage.add("environment", json.dumps(stage.environment))


def objects(stage: Stage) -> None:
    s3: Any = boto3.client("s3")
    for key in (contract.DATA_BUCKET, contract.SITE_BUCKET):
        bucket = stage.environment[key]
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            place = found["Key"].partition("/")[0]
            place = {"errors": "releases"}.get(place, place)
            body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            stage.add(place, found["Key"].encode() + b" " + body)


def test_every_feature_was_used(stage: Stage) -> None:
    """Without this, the absence of leaks would prove nothing."""
    assert SanityApi.tokens == {SECRETS["sanity/read_token"]}
    lines = [json.loads(line) for line in stage.written["logs"].splitlines() if line[:1] == b"{"]
    outcomes = {line.get("outcome") for line in lines}
    assert outcomes >= {"accepted", "duplicate", "refused", "quarantined"}
    messages = {line["message"] for line in lines}
    assert messages >= {
        "delivery applied", "delivery put off", "delivery failed", "delivery replayed",
        "build started", "build succeeded", "pointer moved",
    }  # fmt: skip
    assert set(stage.written) >= {
        "logs", "answers", "topics", "dead letters", "environment", "builds", "inbox", "content",
        "site table", "snapshots", "releases",
    }  # fmt: skip


def test_no_sensitive_data_is_outside_its_place(stage: Stage) -> None:
    assert leaks(stage.written, CANARIES) == []


def test_the_search_finds_allowed_data_and_planted_leaks(stage: Stage) -> None:
    """Allowed data is found in its place, and a planted leak is found in every form."""
    assert unseen(stage.written, CANARIES) == []
    for canary in CANARIES:
        for form in canary.forms:
            planted = {"topics": stage.written["topics"] + form}
            assert leaks(planted, [canary]) == [f"{canary.name} in topics"], form


def test_the_search_finds_a_leak_in_a_functions_log(stage: Stage) -> None:
    """Runs the router itself, with one additional log line."""
    talkative = DRIVER.replace(
        "answers.append(", 'print(json.dumps({"event": json.loads(line)})); answers.append('
    )
    loud = Stage(stage.folder, stage.environment, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[__name__], "DRIVER", talkative)
        loud.post(*deliveries())
    found_leaks = leaks(loud.written, CANARIES)
    assert "a customer's mail in logs" in found_leaks
    assert "a title in logs" in found_leaks
