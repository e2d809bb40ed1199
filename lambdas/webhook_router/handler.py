"""POST /webhooks/{provider} (or /webhook/{provider}), also with a token behind; GET /health.

Clients, secrets and provider modules are loaded at import, so that a warm delivery costs one
signature check and one put.
"""

import os
import time
from typing import Any

from lambdas.runtime import env, metrics
from lambdas.runtime.adapters import clients, secrets
from lambdas.runtime.adapters.dynamodb.inbox import DynamoInbox
from lambdas.runtime.entry import guard_errors
from lambdas.runtime.http import BoundedHttp
from lambdas.runtime.http_api import to_request
from lambdas.runtime.log import make_logger
from lambdas.webhook_router import gateway
from platform_core import contract, providers
from platform_core.contract.status import ReceiptOutcome
from platform_core.ingress.receive import IngressDeps, IngressResponse, receive
from platform_core.ingress.refusals import RefusalSampler
from platform_core.provider import WebhookModule
from platform_core.webhooks.request import Request

CALL_BACK_SECONDS = 3.0
"""Timeout of a proof that only the vendor can check: some vendors wait no longer than five."""
UNPROVEN = {ReceiptOutcome.REFUSED, ReceiptOutcome.OUT_OF_TIME}
COUNTED = {
    ReceiptOutcome.REFUSED: contract.SIGNATURE_FAILURES,
    ReceiptOutcome.OUT_OF_TIME: contract.TIME_FAILURES,
    ReceiptOutcome.QUARANTINED: contract.MALFORMED,
    ReceiptOutcome.DUPLICATE: contract.DUPLICATES,
}
"""Outcome -> the metric that counts it."""

PROVEN = {ReceiptOutcome.ACCEPTED, ReceiptOutcome.DUPLICATE, ReceiptOutcome.QUARANTINED}
"""Outcomes that have a log line each. The others are sampled: anybody can cause them."""

settings = env.read_router(os.environ)
log = make_logger("webhook-router", settings.client)
refusals = RefusalSampler()
modules = {name: providers.load_webhook(name) for name in settings.client.providers}


def find_provider(name: str) -> tuple[str, WebhookModule] | None:
    """Return this client's provider of that name or of an alternative spelling."""
    known = providers.resolve_name(name)
    return (known, modules[known]) if known in modules else None


deps = IngressDeps(
    find=find_provider,
    settings=settings.client.providers,
    secrets=secrets.CachedSecrets(
        secrets.make_secret_fetcher(
            settings.client.secret_store,
            clients.client(settings.client.secret_store, clients.FAST_FAIL),
        ),
        settings.client.client_id,
        settings.client.environment,
        time.time,
    ),
    inbox=DynamoInbox(
        clients.client("dynamodb", clients.FAST_FAIL),
        clients.client("s3", clients.FAST_FAIL),
        table=settings.inbox_table,
        bucket=settings.data_bucket,
        client_id=settings.client.client_id,
    ),
    http=BoundedHttp(settings.client.provider_api, timeout=CALL_BACK_SECONDS, attempts=1),
    clock=time.time,
    sleep=time.sleep,
)


@guard_errors(log)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one request of the HTTP API, payload version 2.0."""
    started = time.time()
    if event.get("routeKey") == "GET /health":
        if refusals.count("health", started):
            log.info("health")
        return gateway.json_response(200, gateway.health(settings.client.client_id, started))
    request = to_request(event, started)
    name, token = gateway.address_of(event)
    response = _receive(request, name, token, started)
    _log_delivery(request, name, response, time.time())
    return gateway.to_response(response)


def _receive(request: Request, name: str, token: str, now: float) -> IngressResponse:
    """Receive a request. A former address ends at its time, even if no deploy removes its route."""
    former = settings.former_address
    if former and token == former.token and former.has_ended(now):
        return IngressResponse(404, {"error": "not found"}, ReceiptOutcome.FORMER_ADDRESS)
    return receive(request, name, deps)


def _log_delivery(request: Request, name: str, response: IngressResponse, now: float) -> None:
    """Log one line for every proven delivery, and for a sample of the others.

    A name that is no provider of this client is not counted: the sender chose it, and each name
    would create a metric.
    """
    known = find_provider(name)
    provider = known[0] if known else name[:64]
    requests = 1
    if response.outcome not in PROVEN:
        # Without the reason: it can quote the sender, who could make up many kinds.
        kind = f"{provider if known else '-'} {response.outcome}"
        requests = refusals.count(kind, now)
        if requests == 0:
            return
    facts: dict[str, object] = {
        "outcome": response.outcome,
        "provider": provider,
        "status": response.status,
        "reason": response.reason,
        "delivery": response.delivery_id,
        "request_id": request.request_id,
        "bytes": len(request.body),
    }
    if response.outcome in UNPROVEN:
        facts[contract.ALARM] = contract.ALARM_SIGNATURE
    if requests > 1:
        facts["requests"] = requests
    if known:
        facts |= {
            contract.RECEIVED: requests,
            contract.ACK: round((now - request.received_at) * 1000, 1),
        }
        if response.outcome in COUNTED:
            facts[COUNTED[response.outcome]] = requests
    log.info("delivery", extra=metrics.with_metrics(facts, now))
