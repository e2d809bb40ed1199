"""POST /webhooks/{provider} (and /webhook/{provider}), GET /health.

All that is slow is made at import, so that a warm delivery is one signature and one put.
"""

import os
import time
from typing import Any

from lambdas.runtime import aws, env, metrics, secrets
from lambdas.runtime.door import door
from lambdas.runtime.http import VendorHttp
from lambdas.runtime.inbox import DynamoInbox
from lambdas.runtime.log import logger
from lambdas.webhook_router import gateway
from platform_core import contract, providers
from platform_core.provider import WebhookModule
from platform_core.status import ReceiptOutcome
from platform_core.webhook import Answer, Door, Request, receive

CALL_BACK_SECONDS = 3.0
"""For a proof that only the vendor can give: some vendors wait no longer than five."""
UNPROVEN = {ReceiptOutcome.REFUSED, ReceiptOutcome.OUT_OF_TIME}
COUNTED = {
    ReceiptOutcome.REFUSED: contract.SIGNATURE_FAILURES,
    ReceiptOutcome.OUT_OF_TIME: contract.TIME_FAILURES,
    ReceiptOutcome.QUARANTINED: contract.MALFORMED,
    ReceiptOutcome.DUPLICATE: contract.DUPLICATES,
}

settings = env.router(os.environ)
log = logger("webhook-router", settings.client)
modules = {name: providers.webhook(name) for name in settings.client.providers}


def find(name: str) -> tuple[str, WebhookModule] | None:
    """This client's provider of that name, or of that other spelling."""
    known = providers.known(name)
    return (known, modules[known]) if known in modules else None


the_door = Door(
    find=find,
    settings=settings.client.providers,
    secrets=secrets.CachedSecrets(
        secrets.from_store(
            settings.client.secret_store,
            aws.client(settings.client.secret_store, aws.BRISK),
        ),
        settings.client.client_id,
        settings.client.environment,
        time.time,
    ),
    inbox=DynamoInbox(
        aws.client("dynamodb", aws.BRISK),
        aws.client("s3", aws.BRISK),
        table=settings.inbox_table,
        bucket=settings.data_bucket,
        client_id=settings.client.client_id,
    ),
    http=VendorHttp(settings.client.provider_api, timeout=CALL_BACK_SECONDS, attempts=1),
    clock=time.time,
    sleep=time.sleep,
)


@door(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One request of the HTTP API, payload version 2.0."""
    started = time.time()
    if event.get("routeKey") == "GET /health":
        log.info("health")
        return gateway.json_response(200, gateway.health(settings.client.client_id, started))
    request = gateway.to_request(event, started)
    name = gateway.provider_of(event)
    answer = receive(request, name, the_door)
    _tell(request, name, answer, time.time())
    return gateway.to_response(answer)


def _tell(request: Request, name: str, answer: Answer, now: float) -> None:
    """The one line that every delivery leaves, accepted or not. What is no provider of this client
    is counted nowhere: its name is the sender's own."""
    facts: dict[str, object] = {
        "outcome": answer.outcome,
        "provider": name[:64],
        "status": answer.status,
        "reason": answer.reason,
        "delivery": answer.delivery_id,
        "request_id": request.request_id,
        "bytes": len(request.body),
    }
    if answer.outcome in UNPROVEN:
        facts[contract.ALARM] = contract.ALARM_SIGNATURE
    if known := find(name):
        facts |= {
            "provider": known[0],
            contract.RECEIVED: 1,
            contract.ACK: round((now - request.received_at) * 1000, 1),
        }
        if answer.outcome in COUNTED:
            facts[COUNTED[answer.outcome]] = 1
    log.info("delivery", extra=metrics.counted(facts, now))
