"""Compare the CPU time of acknowledging one delivery with that of a typical handler.

    python -m benchmarks.ack

Both run warm, in this process, in turn and without a network. Ours is the real `webhook_router`.
The other handler does the usual work before it answers: it verifies, parses, validates with
pydantic, writes the item and publishes the body. Its item is a single text, which is the cheapest
form. Requests go through boto3 and get an empty response just before they would leave the process.
"""

import hashlib
import hmac
import json
import os
import statistics
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from pydantic import BaseModel

from platform_core import contract

SECRET = "bench-secret-of-thirty-two-letters"  # noqa: S105 - signs deliveries to this process
HEADER = "sanity-webhook-signature"
BLOCKS = {"1.6 KB": 8, "10 KB": 58, "37 KB": 210}
"""Size of a delivery, and the number of paragraphs that it takes."""
ROUNDS, CALLS = 30, 50
TABLE, TOPIC = "bench", "arn:aws:sns:us-east-1:000000000000:bench"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
    contract.CLIENT_ID: "bench",
    contract.ENVIRONMENT: "prod",
    contract.INTEGRATION_MODE: "event_driven",
    contract.SECRET_STORE: "ssm",
    contract.PROVIDERS: json.dumps({"sanity": {"project_id": "abc123", "dataset": "production"}}),
    contract.INBOX_TABLE: TABLE,
    contract.DATA_BUCKET: "bench-data",
}
HEADERS = {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "content-length": "1598",
    "content-type": "application/json",
    "host": "abc123.execute-api.us-east-1.amazonaws.com",
    "idempotency-key": "9b3c1c40-6a2b-4a8e-9a0d-000000000000",
    "sanity-operation": "update",
    "user-agent": "Sanity.io webhook delivery",
    "x-amzn-trace-id": "Root=1-00000000-000000000000000000000000",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
}
"""The headers of a delivery, and those that API Gateway adds."""
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Article(BaseModel):
    """The model that the typical handler validates."""

    id: str
    revision: str
    updated_at: datetime
    title: str
    slug: str
    excerpt: str
    body: list[dict[str, Any]]


class Raw(bytes):
    """The body of a response, as botocore reads it."""

    def stream(self) -> list[bytes]:
        return [self]


RESPONSES = {
    "ssm": Raw(json.dumps({"Parameter": {"Value": json.dumps({"current": SECRET})}}).encode()),
    "dynamodb": Raw(b"{}"),
    "sns": Raw(b"<PublishResponse><PublishResult/></PublishResponse>"),
}


def stub_boto3_requests() -> None:
    """Answer each request of boto3 before it leaves the process."""
    os.environ.update(ENVIRONMENT)
    boto3.setup_default_session()
    assert boto3.DEFAULT_SESSION is not None
    events: Any = boto3.DEFAULT_SESSION.events
    events.register("before-send.*", answer_locally)


def answer_locally(request: Any, **_: Any) -> AWSResponse:
    """Return the stored response of the request's service."""
    service = urlsplit(request.url).netloc.partition(".")[0]
    return AWSResponse(request.url, 200, HTTPHeaders(), RESPONSES[service])


def make_typical_handler() -> Handler:
    """Return a typical handler, which does all its work before it answers."""
    from aws_lambda_powertools import Logger

    log = Logger(service="typical")
    dynamodb, sns = boto3.client("dynamodb"), boto3.client("sns")

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        body = event["body"]
        timestamp, _, given_signature = event["headers"][HEADER].partition(",v1=")
        signature = sign(timestamp.removeprefix("t="), body)
        if not hmac.compare_digest(signature.encode(), given_signature.encode()):
            return {"statusCode": 401, "body": ""}
        document = json.loads(body)
        article = Article(
            id=document["_id"],
            revision=document["_rev"],
            updated_at=document["_updatedAt"],
            title=document["title"],
            slug=document["slug"]["current"],
            excerpt=document["excerpt"],
            body=document["body"],
        )
        text = {"S": article.model_dump_json()}
        dynamodb.put_item(TableName=TABLE, Item={"id": {"S": article.id}, "article": text})
        sns.publish(TopicArn=TOPIC, Message=body)
        log.info("delivery", extra={"id": article.id, "bytes": len(body)})
        return {"statusCode": 200, "body": "{}"}

    return handler


def sign(timestamp: str, body: str) -> str:
    """Return the signature of a delivery."""
    signature_bytes = hmac.new(
        SECRET.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256
    ).digest()
    return urlsafe_b64encode(signature_bytes).rstrip(b"=").decode()


def make_delivery_event(blocks: int) -> dict[str, Any]:
    """Return one signed delivery, as API Gateway passes it on."""
    text = "Every line of this paragraph is here to be parsed, and says nothing of its own."
    paragraph = {
        "_type": "block",
        "style": "normal",
        "children": [{"_type": "span", "text": text}],
    }
    document = {
        "_id": "bench", "_type": "article", "_rev": "r1", "_updatedAt": "2026-11-24T08:00:00Z",
        "title": "Measured", "slug": {"_type": "slug", "current": "measured"}, "excerpt": "Short.",
        "body": [{"_key": str(number), **paragraph} for number in range(blocks)],
    }  # fmt: skip
    body = json.dumps(document)
    timestamp = str(int(time.time() * 1000))
    signature = f"t={timestamp},v1={sign(timestamp, body)}"
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{provider}",
        "rawPath": "/webhooks/sanity",
        "rawQueryString": "",
        "headers": HEADERS | {HEADER: signature},
        "requestContext": {"requestId": "bench", "http": {"method": "POST"}},
        "pathParameters": {"provider": "sanity"},
        "body": body,
        "isBase64Encoded": False,
    }  # fmt: skip


def measure_milliseconds(handler: Handler, event: dict[str, Any]) -> list[float]:
    """Return the CPU time of each call. Ends the benchmark if a valid delivery is rejected."""
    cpu_times = []
    for _ in range(CALLS):
        started_at = time.process_time()
        status = handler(event, None)["statusCode"]
        cpu_times.append((time.process_time() - started_at) * 1000)
        if status != 200:
            raise SystemExit(f"a valid delivery was answered with {status}")
    return cpu_times


def measure() -> dict[str, dict[str, float]]:
    """Return for each size the median CPU milliseconds of both, the median ratio, and our p99."""
    stub_boto3_requests()
    from lambdas.webhook_router.handler import handler as our_handler

    typical_handler = make_typical_handler()
    sizes = {}
    for size, blocks in BLOCKS.items():
        event = make_delivery_event(blocks)
        # The first calls create clients and fill caches.
        measure_milliseconds(our_handler, event)
        measure_milliseconds(typical_handler, event)
        rounds = [
            (measure_milliseconds(our_handler, event), measure_milliseconds(typical_handler, event))
            for _ in range(ROUNDS)
        ]
        our_times = sorted(milliseconds for our_round, _ in rounds for milliseconds in our_round)
        typical_times = [
            milliseconds for _, typical_round in rounds for milliseconds in typical_round
        ]
        ratios = [
            statistics.median(our_round) / statistics.median(typical_round)
            for our_round, typical_round in rounds
        ]
        sizes[size] = {
            "bytes": len(event["body"]),
            "ours_ms": round(statistics.median(our_times), 3),
            "typical_ms": round(statistics.median(typical_times), 3),
            "ratio": round(statistics.median(ratios), 2),
            "ours_p99_ms": round(our_times[len(our_times) * 99 // 100], 3),
        }
    return sizes


def main() -> None:
    """Print the figures. The logs of the functions are suppressed."""
    with Path(os.devnull).open("w") as devnull, redirect_stdout(devnull):
        figures = measure()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
