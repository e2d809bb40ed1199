"""Receive a webhook: verify it, store it, answer.

The sender waits for all of this, so it uses the standard library only and makes one call to a
store. A mistake of the sender gets a 4xx with a constant body, a failure of ours a 503, so that the
sender retries. A failure never lets a request through.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from platform_core.contract.status import DeliveryStatus, ReceiptOutcome
from platform_core.errors import (
    Malformed,
    OutOfTime,
    Rejected,
    SecretMissing,
    SecretStoreUnavailable,
    StoreUnavailable,
    VendorRefused,
    VendorUnavailable,
)
from platform_core.ingress.call_backs import CallBackBudget, limit_calls
from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import MAX_BODY, WEBHOOK_SECRET, Delivery, Request
from platform_core.webhooks.secrets import SecretStore

if TYPE_CHECKING:
    from platform_core.http import Http
    from platform_core.provider import WebhookModule

PUT_RETRY_SECONDS: Final = 2.0
"""Seconds in which a failing put is retried."""


FRESH_READ_INTERVAL: Final = 60.0
"""Seconds between two uncached reads of one provider's secret."""


NEVER_STORED: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


class Inbox(Protocol):
    """Stores accepted deliveries."""

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """Store the delivery in one atomic write. Returns False if its key exists already.

        Raises `StoreUnavailable` if it could not be stored.
        """
        ...


@dataclass(frozen=True, slots=True)
class IngressDeps:
    """Dependencies of `receive`."""

    find: "Callable[[str], tuple[str, WebhookModule] | None]"
    """Takes the name in the path, returns the provider's own name and its module. None if this
    client has no such provider."""
    settings: Mapping[str, Mapping[str, object]]
    """Provider -> the client's settings of it. They can restrict the signature scheme."""
    secrets: SecretStore
    inbox: Inbox
    http: "Http"
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    last_fresh: dict[str, float] = field(default_factory=dict)
    """Provider -> time of the last uncached read of its secret."""
    call_backs: CallBackBudget = field(default_factory=CallBackBudget)


@dataclass(frozen=True, slots=True)
class IngressResponse:
    """The response to the sender, and further facts for our log."""

    status: int
    body: Mapping[str, str]
    outcome: ReceiptOutcome
    reason: str = ""
    delivery_id: str = ""


def receive(request: Request, provider_name: str, deps: IngressDeps) -> IngressResponse:
    """Verify and store one request, and return the response to it.

    A body over `MAX_BODY` is verified, too: vendors switch a webhook off after a 4xx, so only a
    request that nobody proves gets the 413.
    """
    response = _receive(request, provider_name, deps)
    if _is_too_large(request) and 400 <= response.status < 500:
        return IngressResponse(413, {"error": "payload too large"}, ReceiptOutcome.TOO_LARGE)
    return response


def _is_too_large(request: Request) -> bool:
    """Return whether the body is too large to be parsed."""
    return len(request.body) > MAX_BODY


def _receive(request: Request, provider_name: str, deps: IngressDeps) -> IngressResponse:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return IngressResponse(
            415, {"error": "unsupported content encoding"}, ReceiptOutcome.ENCODED
        )
    match = deps.find(provider_name)
    if match is None:
        return IngressResponse(404, {"error": "not found"}, ReceiptOutcome.UNKNOWN_PROVIDER)
    provider, module = match
    if _is_greeting(request, module):
        return IngressResponse(200, {"request_id": request.request_id}, ReceiptOutcome.GREETED)
    try:
        _verify(request, provider, module, deps)
        return _store(request, provider, module, deps)
    except Rejected as error:
        is_late = isinstance(error, OutOfTime)
        outcome = ReceiptOutcome.OUT_OF_TIME if is_late else ReceiptOutcome.REFUSED
        return IngressResponse(401, {"error": "unauthorized"}, outcome, str(error))
    except (
        SecretMissing, SecretStoreUnavailable, StoreUnavailable, VendorRefused, VendorUnavailable,
    ) as error:  # fmt: skip
        reason = f"{type(error).__name__}: {error}"
        return IngressResponse(
            503, {"error": "try again later"}, ReceiptOutcome.UNAVAILABLE, reason
        )


def _is_greeting(request: Request, module: "WebhookModule") -> bool:
    """Return whether the request is the unsigned greeting that some vendors send at registration.

    A greeting is answered and not stored, so a provider that recognizes too many requests as
    greetings still lets no content in.
    """
    recognize = getattr(module, "is_greeting", None)
    return recognize is not None and not _is_too_large(request) and bool(recognize(request))


def _has_known_event(request: Request, module: "WebhookModule") -> bool:
    """Return whether the vendor is known to send such an event.

    Only a provider whose requests cost a call to the vendor says no. It may still be an event
    that is new at the vendor, so the request is verified, but after the others.
    """
    recognize = getattr(module, "is_known_event", None)
    return recognize is None or (not _is_too_large(request) and bool(recognize(request)))


def _verify(request: Request, provider: str, module: "WebhookModule", deps: IngressDeps) -> None:
    """Verify the signature and the time. If it fails, try once more with an uncached secret.

    The cached secret may be a minute old, and the vendor may already sign with a new one.
    """

    def is_known() -> bool:
        return _has_known_event(request, module)

    http = limit_calls(deps.http, deps.call_backs, deps.clock, is_known=is_known)
    scheme = module.SIGNATURE.bind(deps.settings[provider]).with_http(http)
    try:
        scheme.verify(request, deps.secrets.read(provider, WEBHOOK_SECRET), deps.clock())
    except (Rejected, SecretMissing, VendorRefused):
        if not _claim_fresh_secret_read(provider, deps):
            raise
        fresh = deps.secrets.read(provider, WEBHOOK_SECRET, fresh=True)
        scheme.verify(request, fresh, deps.clock())


def _claim_fresh_secret_read(provider: str, deps: IngressDeps) -> bool:
    now = deps.clock()
    if now - deps.last_fresh.get(provider, float("-inf")) < FRESH_READ_INTERVAL:
        return False
    deps.last_fresh[provider] = now
    return True


def _store(
    request: Request, provider: str, module: "WebhookModule", deps: IngressDeps
) -> IngressResponse:
    """Store the delivery. A body that is not understood is stored as quarantined."""
    reason = None
    try:
        if _is_too_large(request):
            raise Malformed(f"larger than {MAX_BODY} bytes")
        strict_json(request.body)
        key = _storable_key(module.delivery_key(request))
    except Malformed as error:
        reason, key = str(error), key_of(request.body)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason, key = f"no delivery key: {type(error).__name__}", key_of(request.body)
    stored = _without_credentials(request, module.SIGNATURE.secret_headers)
    status = DeliveryStatus.QUARANTINED if reason else DeliveryStatus.PENDING
    delivery = Delivery(provider, key, stored, status=status)
    outcome = ReceiptOutcome.QUARANTINED if reason else ReceiptOutcome.ACCEPTED
    if not _put(delivery, reason, deps):
        outcome = ReceiptOutcome.DUPLICATE
    return IngressResponse(
        200, {"request_id": request.request_id}, outcome, reason or "", delivery.id
    )


def _put(delivery: Delivery, reason: str | None, deps: IngressDeps) -> bool:
    """Store the delivery with one conditional put, retried for `PUT_RETRY_SECONDS`.

    A retry after a lost answer finds the key and returns False: the sender then sees a duplicate
    in place of a success, and gets a 200 either way.
    """
    deadline = deps.clock() + PUT_RETRY_SECONDS
    pause = 0.1
    while True:
        try:
            return deps.inbox.put(delivery, quarantine_reason=reason)
        except StoreUnavailable:
            if deps.clock() + pause > deadline:
                raise
        deps.sleep(pause)
        pause *= 2


def _without_credentials(request: Request, secret_headers: frozenset[str]) -> Request:
    """Return the request without the headers that carry a credential."""
    dropped = NEVER_STORED | secret_headers
    headers = {name: value for name, value in request.headers.items() if name not in dropped}
    return replace(request, headers=headers)


def _storable_key(key: str) -> str:
    """Return the key itself if a table and a log can hold it, else its hash."""
    return key if re.fullmatch(r"[!-~]{1,200}", key) else key_of(key)
