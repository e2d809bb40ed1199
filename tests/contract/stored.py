"""The history of one client, run through the deployed functions; their writes are golden files.

The scenario brings every kind of row into all of its states: deliveries that are applied, repeated,
rejected, quarantined, failed, replayed and discarded; builds that succeed, fail, are skipped and
are held; a rollback; and a comparison with a vendor. `cli_writes.py` has the writes of the command
line.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import runpy
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.contract.account import REGION_AND_ACCOUNT, Account, Context, Functions, lines
from tests.contract.cli_writes import GENERIC, LISTING, SHOPIFY, from_cli
from tests.fakes.pipeline import MemoryObjects

ROOT = Path(__file__).parents[2]
DAY = 24 * 3600
ROLE_ID = "AROAEXAMPLE"


def environment(vendors: str) -> dict[str, str]:
    """The environment of all three functions, by the keys that the templates set."""
    topic = f"arn:aws:sns:{REGION_AND_ACCOUNT}:acme-prod"
    providers = {
        "generic": {"listing_url": LISTING},
        "shopify_basic": {"store_domain": "acme.myshopify.com"},
    }
    return {
        "CLIENT_ID": "acme",
        "ENVIRONMENT": "prod",
        "INTEGRATION_MODE": "event_driven",
        "INBOX_TABLE": "inbox",
        "CONTENT_CACHE_TABLE": "content",
        "BUILD_BATCH_TABLE": "build-batch",
        "CONTENT_EVENTS_TOPIC_ARN": f"{topic}-content",
        "COMMERCE_EVENTS_TOPIC_ARN": f"{topic}-commerce",
        "BUILD_EVENTS_TOPIC_ARN": f"{topic}-build",
        "SITE_BUCKET": "site",
        "DATA_BUCKET": "data",
        "BUILD_PROJECT_NAME": "acme-prod-build",
        "BUILD_ROLE_ID": ROLE_ID,
        "POINTER_STORE_ARN": "arn:aws:cloudfront::123456789012:key-value-store/acme",
        "TIMER_STATE_MACHINE_ARN": f"arn:aws:states:{REGION_AND_ACCOUNT}:stateMachine:acme-prod",
        "SCHEDULE_GROUP_NAME": "acme-prod",
        "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/acme-prod-wake",
        "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/acme-prod",
        "DEAD_LETTER_QUEUE_ARN": f"arn:aws:sqs:{REGION_AND_ACCOUNT}:acme-prod",
        "SECRET_STORE": "ssm",
        "PROVIDERS": json.dumps(providers),
        "BUILD_POLICY": "{}",
        "PROVIDER_API_URL": vendors,
    }


@dataclass
class Story:
    """The actions of people, vendors and AWS, step by step."""

    account: Account
    functions: Functions
    answers: list[Any] = field(default_factory=list)
    """Responses of the functions to vendors and people."""
    seen: int = 0

    # --- vendors --------------------------------------------------------------------------------

    def deliver(self, name: str, kind: str, data: object, *, at: float = 0, key: str = "") -> str:
        """Send a delivery of the CMS, signed by Standard Webhooks. Returns its id in the inbox."""
        moment = {"type": kind, "timestamp": "2027-01-15T08:00:00Z", "data": data}
        body = data if isinstance(data, str) else json.dumps(moment)
        stamp = str(int(self.account.clock.now + at))
        signed = hmac.new(
            base64.b64decode(key or GENERIC), f"{name}.{stamp}.{body}".encode(), "sha256"
        )
        signature = f"v1,{base64.b64encode(signed.digest()).decode()}"
        return self._post("generic", body, {
            "webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature,
        })  # fmt: skip

    def shop(self, topic: str, said: object) -> str:
        """Send a delivery of the shop, signed as Shopify does. Returns its id in the inbox."""
        body = json.dumps(said)
        signed = hmac.new(SHOPIFY.encode(), body.encode(), "sha256").digest()
        return self._post("shopify_basic", body, {
            "x-shopify-hmac-sha256": base64.b64encode(signed).decode(),
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": "acme.myshopify.com",
        })  # fmt: skip

    def _post(self, provider: str, body: str, headers: Mapping[str, str]) -> str:
        before = set(self.account.rows["inbox"])
        answer = self.functions.router(
            {
                "routeKey": "POST /webhooks/{provider}",
                "rawPath": f"/webhooks/{provider}",
                "rawQueryString": "",
                "headers": {"Content-Type": "application/json", **headers},
                "pathParameters": {"provider": provider},
                "requestContext": {
                    "requestId": f"request-{len(self.answers)}", "http": {"method": "POST"},
                },
                "body": body,
                "isBase64Encoded": False,
            },
            Context(),
        )  # fmt: skip
        self.answers.append(answer)
        return next(iter(set(self.account.rows["inbox"]) - before), "")

    # --- AWS ------------------------------------------------------------------------------------

    def ingest(self, *deliveries: str) -> None:
        """Pass the records of the inbox's stream to the function."""
        records = [
            {
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {"Keys": {"delivery": {"S": name}}, "SequenceNumber": str(number)},
            }
            for number, name in enumerate(deliveries)
        ]
        self.answers.append(self.functions.ingest({"Records": records}, Context()))

    def wake(self) -> None:
        self.ask({"action": "look"})

    def end_build(self, outcome: str) -> None:
        """End the running build, after its publisher has run if it succeeds."""
        (job,) = self.account.builds.running
        if outcome == "succeeded":
            self._publish(job.order.attempt, job.status.build_id)
        self.account.clock.sleep(21)
        self.account.builds.end(job.status.build_id, outcome, "BUILD: exit status 1")
        self.account.clock.sleep(1)
        self.ask({"source": "aws.codebuild"})

    def _publish(self, attempt: str, build_id: str) -> None:
        """Run the publisher alone, with its environment as in a build."""
        publisher = runpy.run_path(str(ROOT / "lambdas" / "publisher" / "publisher.py"))
        css = b"body { color: navy }"
        style = f"site.{hashlib.sha256(css).hexdigest()}.css"
        calls, before = self.account.calls, len(self.account.calls)
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            out = Path("_site")
            (out / "assets").mkdir(parents=True)
            (out / "assets" / style).write_bytes(css)
            (out / "index.html").write_text(f"<h1>{attempt}</h1>")
            (out / "404.html").write_text("<h1>Lost</h1>")
            (out / "feed.xml").write_text("<rss/>")
            place = publisher["BuildTarget"].from_environment({
                "ATTEMPT_ID": attempt, "SITE_BUCKET": "site", "DATA_BUCKET": "data",
                "BUILD_ROLE_ID": ROLE_ID, "CODEBUILD_BUILD_ID": build_id,
            })  # fmt: skip
            publisher["fetch"](publisher["_client"](), place, Path("content.json"))
            publisher["publish"](publisher["_client"](), place, out)
        # Uploads run in parallel, so only the manifest, which is last, has a fixed position.
        calls[before:] = sorted(calls[before:], key=lambda call: str(call[1]["Key"]))

    # --- people ---------------------------------------------------------------------------------

    def ask(self, event: dict[str, Any], function: str = "builder") -> None:
        self.answers.append(getattr(self.functions, function)(event, Context()))

    def build(self) -> None:
        """Let the grace period pass and start the build that is due."""
        self.wake()
        self.account.clock.sleep(5)
        self.wake()

    def tell(self) -> None:
        """Run the whole scenario."""
        sleep = self.account.clock.sleep
        first = self.deliver("m1", "content.created", ARTICLE)
        self.ingest(first)
        self.build()
        self.end_build("succeeded")
        self.deliver("m1", "content.created", ARTICLE)  # answered: known already
        self.ingest(self.deliver("m2", "content.updated", ARTICLE))  # says nothing new
        self.deliver("m3", "content.updated", ARTICLE, key=base64.b64encode(b"x" * 32).decode())
        self.deliver("m4", "content.updated", ARTICLE, at=-DAY)
        quarantined = self.deliver("m5", "", "{not json")
        failed = self.deliver("m6", "content.updated", {"id": "x", "content_type": "poem"})
        self.ingest(failed)
        self.ingest(self.shop("orders/create", ORDER))
        sleep(60)
        self.ask({"action": "replay", "ids": [first, failed, quarantined, "gone#1"]}, "ingest")
        self.ask({"action": "discard", "ids": [failed]}, "ingest")
        large = {**PRODUCT, "body": f"<p>{'long ' * 80_000}</p>"}
        self.ingest(self.deliver("m7", "content.created", large))
        later = {**ARTICLE, "id": "sale", "title": "Sale", "expires_at": "2027-01-17T08:00:00Z"}
        self.ingest(self.deliver("m8", "content.created", later))
        self.ingest(self.deliver("m9", "content.deleted", {"id": "how", "content_type": "article"}))
        self.build()
        self.end_build("succeeded")
        self.wake()
        self.ask({"action": "build", "force": False, "cause": "asked"})  # skipped: nothing is new
        self.ask({"action": "rollback"})
        self.ask({"action": "resume"})
        self.ask({"action": "build", "cause": "asked"})
        for _ in range(3):
            self.end_build("failed")
            sleep(3600)
            self.wake()
            if not self.account.builds.running:
                break
        self.ask({"action": "build", "cause": "deploy", "allow_shrink": True})
        self.end_build("faulted")
        sleep(60)
        self.wake()
        self.end_build("succeeded")
        self.ask({"action": "sweep"}, "ingest")
        sleep(DAY + 1)
        self.ask({"action": "sweep"}, "ingest")
        self.ask({"action": "sync", "provider": "generic"}, "ingest")
        self.build()
        self.end_build("succeeded")
        self.ask({"action": "sweep"})
        # The shop's API does not respond, so this delivery waits for a retry.
        self.ingest(self.shop("collections/update", {"id": 9101, "updated_at": "2027-01-15"}))


ARTICLE = {
    "id": "how",
    "content_type": "article",
    "title": "How we fire",
    "slug": "how-we-fire",
    "body": "<p>Slowly.</p>",
    "description": "In a kiln.",
    "tags": ["clay", "kiln"],
    "featured_image": {"url": "https://img.example/a.jpg", "alt_text": "A kiln", "width": 800},
    "created_at": "2027-01-01T10:00:00Z",
    "updated_at": "2027-01-10T10:00:00Z",
}
PRODUCT = {
    "id": "mug",
    "content_type": "product",
    "title": "Mug",
    "price": {"amount": "19.90", "currency_code": "EUR"},
    "inventory": {"available": 3},
    "variants": [{"id": "blue", "title": "Blue", "price": {"amount": "21.00"}}],
    "updated_at": "2027-01-10T11:00:00Z",
}
ORDER = {
    "id": 6100,
    "admin_graphql_api_id": "gid://shopify/Order/6100",
    "created_at": "2027-01-15T07:59:00Z",
    "updated_at": "2027-01-15T07:59:00Z",
    "currency": "USD",
    "total_price": "42.00",
    "line_items": [
        {"id": 8801, "product_id": 8101, "variant_id": 44102, "quantity": 1, "price": "42.00"}
    ],
}


@contextmanager
def listing() -> Iterator[str]:
    """Respond as the vendor's API: a listing with one undelivered item, and no shop."""

    class Listing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            missed = {**ARTICLE, "id": "missed", "title": "Missed"}
            body = json.dumps({"items": [missed, PRODUCT], "next": None}).encode()
            known = self.path.endswith("content.json")
            self.send_response(200 if known else 404)
            self.send_header("content-length", str(len(body) if known else 0))
            self.end_headers()
            self.wfile.write(body if known else b"")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Discard the write."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def objects(bucket: MemoryObjects) -> dict[str, Any]:
    """Return JSON and short text as they are, the rest by size and hash."""
    found: dict[str, Any] = {}
    for key, (body, _) in sorted(bucket.files.items()):
        if key.endswith(".json"):
            found[key] = shortened(json.loads(body))
        elif len(body) < 200:
            found[key] = body.decode()
        else:
            found[key] = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return found


def shortened(value: Any) -> Any:
    """Return the JSON with size and hash in place of long texts."""
    match value:
        case dict():
            return {key: shortened(inner) for key, inner in value.items()}
        case list():
            return [shortened(inner) for inner in value]
        case str() if len(value) > 1000:
            return f"({len(value)} characters, {hashlib.sha256(value.encode()).hexdigest()})"
        case _:
            return value


def record() -> dict[str, Any]:
    """Return the golden files by name."""
    with listing() as vendors, tempfile.TemporaryDirectory() as folder:
        account = Account(environment(vendors))
        with account.opened() as functions:
            files = from_cli(account, Path(folder))
            story = Story(account, functions)
            story.tell()
    calls: dict[str, list[Any]] = {}
    for name, parameters in account.calls:
        calls.setdefault(name, []).append(parameters)
    return {
        "inbox_rows": account.rows["inbox"],
        "content_rows": account.rows["content"],
        "site_rows": account.rows["build-batch"],
        "objects": {"data": objects(account.data), "site": objects(account.site)},
        "calls": calls,
        "answers": story.answers,
        "log_lines": lines(account.log),
        "deployment_files": files,
    }
