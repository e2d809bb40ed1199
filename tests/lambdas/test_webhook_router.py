"""The router's real handler in a process of its own, in front of a real emulator.

Its provider comes from another package through the entry point group, because the router contains
no provider names.
"""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from platform_core import contract
from platform_core.webhooks.request import MAX_BODY, Request
from platform_core.webhooks.signatures import HmacBody, HmacTimestamped
from tests.lambdas.emf import metrics

ROOT = Path(__file__).parents[2]
SECRET = b"a secret of this test"
SCHEME = HmacBody("x-teapots-signature")
PROVIDER = {
    "__init__.py": "",
    "manifest.py": (
        "from platform_core.provider import Kind, Needs, Provider, Tier\n"
        "PROVIDER = Provider(name='teapots', label='Teapots', kind=Kind.CMS, tier=Tier.BUDGET,\n"
        "    engines=(), needs=Needs(), aliases=('pots',))\n"
    ),
    "webhook.py": (
        "from platform_core.webhooks.signatures import HmacBody\n"
        "from platform_core.ingress.receive import key_of\n"
        "SIGNATURE = HmacBody('x-teapots-signature')\n"
        "def topic(request): return request.headers['x-teapots-event']\n"
        "def delivery_key(request): return key_of(request.body)\n"
    ),
}
DRIVER = """
import json, sys
from pathlib import Path
from lambdas.webhook_router.handler import handler
answers = [handler(json.loads(line), None) for line in sys.stdin]
heavy = sorted({"pydantic", "yaml", "nh3", "aws_cdk"} & set(sys.modules))
Path(sys.argv[1]).write_text(json.dumps({"answers": answers, "heavy": heavy}))
"""


@dataclass
class Run:
    """Responses, log and loaded modules of a router process."""

    answers: list[dict[str, Any]]
    log: list[dict[str, Any]]
    heavy: list[str]

    @property
    def statuses(self) -> list[int]:
        return [answer["statusCode"] for answer in self.answers]


Router = Callable[..., Run]


@pytest.fixture
def router(
    tmp_path: Path, aws_environment: dict[str, str], inbox_table: str, bucket: str
) -> Router:
    """Run events through the router of a client with one provider."""
    package = tmp_path / "teapots_provider"
    package.mkdir()
    for name, text in PROVIDER.items():
        (package / name).write_text(text)
    metadata = tmp_path / "teapots_provider-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: teapots\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[platform.providers]\nteapots = teapots_provider\n")
    client_id = f"c{uuid4().hex[:12]}"
    boto3.client("ssm").put_parameter(
        Name=contract.secret_path(client_id, "prod", "teapots", "webhook_secret"),
        Value=json.dumps({"current": SECRET.decode(), "previous": None}),
        Type="SecureString",
    )
    settings = {
        contract.CLIENT_ID: client_id,
        contract.ENVIRONMENT: "prod",
        contract.INTEGRATION_MODE: "direct",
        contract.INBOX_TABLE: inbox_table,
        contract.DATA_BUCKET: bucket,
        contract.PROVIDERS: json.dumps({"teapots": {}}),
    }

    def run(*events: dict[str, Any], **overrides: str) -> Run:
        python_path = os.pathsep.join((str(tmp_path), str(ROOT / "src"), str(ROOT)))
        process = subprocess.run(
            [sys.executable, "-c", DRIVER, str(tmp_path / "answers")],
            input="".join(json.dumps(event) + "\n" for event in events),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": python_path}
            | aws_environment | settings | overrides,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )  # fmt: skip
        assert process.returncode == 0, process.stderr
        output = json.loads((tmp_path / "answers").read_text())
        log = [json.loads(line) for line in process.stdout.splitlines()]
        return Run(output["answers"], log, output["heavy"])

    return run


def an_event(
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    name: str = "teapots",
    encoded: bool = True,
) -> Any:
    """Return an event of API Gateway, payload version 2.0."""
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{provider}",
        "rawPath": f"/webhooks/{name}",
        "rawQueryString": "a=b%20c",
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "requestContext": {"http": {"method": "POST"}, "requestId": "req-1"},
        "pathParameters": {"provider": name},
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


def signed(body: bytes, **options: Any) -> Any:
    request = Request("POST", "/", {}, body, 0.0)
    return an_event(body, SCHEME.sign(request, SECRET, 0.0), **options)


def rows(table: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = boto3.resource("dynamodb").Table(table).scan()["Items"]
    return items


def test_a_delivery_is_stored_once_for_any_spelling_of_the_provider(
    router: Router, inbox_table: str
) -> None:
    body = '{"title": "Théière"}'.encode()
    run = router(signed(body), signed(body), signed(body, encoded=False), signed(body, name="pots"))
    assert run.statuses == [200] * 4
    answer = run.answers[0]
    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(answer["body"]) == {"request_id": "req-1"}
    assert [line["outcome"] for line in run.log] == ["accepted", *["duplicate"] * 3]
    (row,) = rows(inbox_table)
    assert bytes(row["body"].value) == body
    assert (row["path"], row["provider"]) == ("/webhooks/teapots?a=b%20c", "teapots")


def test_bytes_that_are_not_text_are_verified_and_stored_unchanged(
    router: Router, inbox_table: str
) -> None:
    """For any case in which a gateway passes the header's name."""
    body = b'{"title": "\xff\xfe"}'
    proof = SCHEME.sign(Request("POST", "/", {}, body, 0.0), SECRET, 0.0)
    run = router(an_event(body, {name.title(): value for name, value in proof.items()}))
    assert run.statuses == [200]
    (row,) = rows(inbox_table)
    assert bytes(row["body"].value) == body
    assert row["status"] == "quarantined"


def test_the_acknowledgement_path_loads_no_heavy_module(router: Router) -> None:
    assert router(signed(b"{}")).heavy == []


def test_the_health_check_calls_no_other_service(router: Router) -> None:
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", contract.CLIENT_ID: "acme"}
    run = router({"routeKey": "GET /health"}, **nobody)
    assert run.statuses == [200]
    body = json.loads(run.answers[0]["body"])
    assert body.keys() == {"status", "timestamp", "client_id"}
    assert (body["status"], body["client_id"]) == ("healthy", "acme")
    assert abs(datetime.fromisoformat(body["timestamp"]).timestamp() - time.time()) < 60


def test_an_unproven_delivery_leaves_only_a_log_line(router: Router, inbox_table: str) -> None:
    body = b'{"title": "very private"}'
    flipped = signed(body) | {"body": base64.b64encode(body + b" ").decode()}
    run = router(an_event(body), flipped, an_event(body, {"x-teapots-signature": "ä\ud800"}))
    assert run.statuses == [401] * 3
    assert {answer["body"] for answer in run.answers} == {'{"error": "unauthorized"}'}
    assert [line["alarm"] for line in run.log] == ["signature_refused"] * 3
    assert rows(inbox_table) == []
    assert "private" not in json.dumps(run.log)
    assert SECRET.decode() not in json.dumps(run.log)


def test_hostile_events_never_get_a_5xx(router: Router) -> None:
    run = router(
        an_event(b"{}", name="nobody"),
        an_event(b"{}", name="../teapots"),
        an_event(b"{}", name="x" * 10_000),
        signed(b"{}") | {"body": "!!! no base64 !!!"},
        signed(b"{}") | {"body": None},
        signed(b"{}") | {"headers": None},
        an_event(b"x" * (MAX_BODY + 1)),
        an_event(b"{}", {"content-encoding": "gzip"}),
    )
    assert run.statuses == [404, 404, 404, 401, 401, 401, 413, 415]


def test_an_authentic_but_malformed_delivery_is_quarantined(
    router: Router, inbox_table: str
) -> None:
    run = router(signed(b"payload=%7B%7D"), signed(b"[" * 100_000), signed(b'{"a":1,"a":2}'))
    assert run.statuses == [200] * 3
    assert {row["status"] for row in rows(inbox_table)} == {"quarantined"}


def test_a_large_delivery_is_stored_completely(
    router: Router, inbox_table: str, bucket: str
) -> None:
    body = json.dumps({"text": "x" * 3_000_000}).encode()
    assert router(signed(body)).statuses == [200]
    (row,) = rows(inbox_table)
    stored = boto3.client("s3").get_object(Bucket=bucket, Key=row["body_key"])
    assert stored["Body"].read() == body


def test_our_own_outage_asks_for_a_retry(router: Router) -> None:
    run = router(signed(b"{}"), AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert run.statuses == [503]
    assert "retry-after" in run.answers[0]["headers"]


def test_a_missing_store_asks_for_a_retry(router: Router) -> None:
    run = router(signed(b"{}"), **{contract.INBOX_TABLE: "no-such-table"})
    assert run.statuses == [503]
    assert run.log[0]["reason"].startswith("StoreUnavailable: inbox")


def test_an_address_with_a_token_is_received(router: Router, inbox_table: str) -> None:
    literal = {"routeKey": "POST /webhooks/teapots/0a1b", "rawPath": "/webhooks/teapots/0a1b"}
    run = router({**signed(b"{}"), **literal, "pathParameters": None})
    assert run.statuses == [200]
    (row,) = rows(inbox_table)
    assert row["path"] == "/webhooks/teapots/0a1b?a=b%20c"
    assert "0a1b" not in json.dumps(run.log)


def test_a_former_address_ends_at_its_time(router: Router) -> None:
    literal = {"routeKey": "POST /webhooks/teapots/0a1b", "pathParameters": None}
    events = signed(b"{}"), {**signed(b"{}"), **literal}
    for until, expected in ((time.time() + 60, [200, 200]), (time.time() - 1, [404, 200])):
        former = json.dumps({"token": "", "until": int(until)})
        run = router(*events, **{contract.FORMER_ADDRESS: former})
        assert run.statuses == expected
    assert run.log[0]["outcome"] == "former_address"


# --- metrics -------------------------------------------------------------------------------------


def counts(line: dict[str, Any]) -> dict[str, float]:
    """Return the metrics of a log line, without the duration."""
    found_metrics = metrics(line, time.time())
    assert {provider for _, provider, _ in found_metrics} <= {"teapots"}
    return {name: value for name, _, value in found_metrics if name != contract.ACK}


def test_the_log_line_of_each_delivery_has_its_metrics(router: Router) -> None:
    run = router(
        signed(b"{}"), signed(b"{}", name="pots"), signed(b"no json"), an_event(b"{}"),
        an_event(b"x" * (MAX_BODY + 1)),
    )  # fmt: skip
    assert [counts(line) for line in run.log] == [
        {"received": 1},
        {"received": 1, "duplicates": 1},
        {"received": 1, "malformed": 1},
        {"received": 1, "signature_failures": 1},
        {"received": 1},
    ]
    for line in run.log:
        assert line["ack_milliseconds"] > 0
        assert ("ack_milliseconds", "teapots", line["ack_milliseconds"]) in metrics(
            line, time.time()
        )
        assert (line["environment"], line["client_id"][0]) == ("prod", "c")


def test_an_expired_proof_is_not_counted_as_a_forgery(router: Router, tmp_path: Path) -> None:
    webhook = tmp_path / "teapots_provider" / "webhook.py"
    webhook.write_text(
        webhook.read_text()
        .replace("import HmacBody", "import HmacTimestamped")
        .replace("HmacBody(", "HmacTimestamped(")
    )
    scheme = HmacTimestamped("x-teapots-signature")
    request = Request("POST", "/", {}, b"{}", 0.0)
    now = time.time()
    run = router(
        *(an_event(b"{}", scheme.sign(request, SECRET, sent_at)) for sent_at in (now, now - 301)),
        an_event(b"{}", scheme.sign(request, b"another secret", now)),
    )
    assert run.statuses == [200, 401, 401]
    assert [counts(line) for line in run.log] == [
        {"received": 1},
        {"received": 1, "time_failures": 1},
        {"received": 1, "signature_failures": 1},
    ]
    assert [line.get("alarm") for line in run.log] == [None, *["signature_refused"] * 2]


def test_an_unknown_provider_name_creates_no_metric(router: Router) -> None:
    """Each name would be one more metric to pay for, by the hour."""
    run = router(an_event(b"{}", name="nobody"), an_event(b"{}", name="x" * 10_000))
    assert [counts(line) for line in run.log] == [{}, {}]


def test_a_flood_has_few_log_lines_and_all_of_it_is_counted(router: Router) -> None:
    flood = [an_event(b"{}") for _ in range(20 + 300)]
    run = router(*flood, signed(b"{}"), {"routeKey": "GET /health"})
    refused = [line for line in run.log if line.get("outcome") == "refused"]
    assert len(refused) == 20 + 3
    assert sum(counts(line)["signature_failures"] for line in refused) == len(flood)
    assert sum(counts(line)["received"] for line in refused) == len(flood)
    assert refused[-1]["requests"] == 100
    assert [line["alarm"] for line in refused] == ["signature_refused"] * len(refused)
    assert run.log[-2]["outcome"] == "accepted"


def test_reasons_that_a_sender_makes_up_share_one_limit(router: Router, tmp_path: Path) -> None:
    """A reason can quote a header that the sender names."""
    (tmp_path / "teapots_provider" / "webhook.py").write_text(
        PROVIDER["webhook.py"]
        .replace("import HmacBody", "import CanonicalRequest")
        .replace("HmacBody('x-teapots-signature')", "CanonicalRequest('x-sig', 'x-list', 'x-time')")
    )
    flood = [
        an_event(b"{}", {"x-sig": "0", "x-list": f"x-list,x-time,made-up-{n}", "x-time": "1"})
        for n in range(20 + 100)
    ]
    run = router(*flood, an_event(b"{}", name="nobody"))
    refused = [line for line in run.log if line["outcome"] == "refused"]
    assert refused[7]["reason"] == "header made-up-7 is missing"
    assert len(refused) == 20 + 1
    assert sum(counts(line)["signature_failures"] for line in refused) == len(flood)
    assert run.log[-1]["outcome"] == "unknown_provider"
