"""The door: prove, keep, answer.

Everything here runs on the acknowledgement path: standard library only, one store call. Each
layer is a function of its own; `receive` is their order. What the sender did wrong is 4xx with a
constant body; what we cannot do just now is 503, so that the sender retries; nothing is let
through because something failed.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

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
from platform_core.status import DeliveryStatus, ReceiptOutcome

if TYPE_CHECKING:
    from platform_core.provider import Http, WebhookModule

MAX_BODY: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105 - the name of the secret, not its value
PUT_WITHIN: Final = 2.0
"""Seconds in which a failing put is tried again."""
FRESH_EVERY: Final = 60.0
"""Seconds between two uncached reads of one provider's secret."""
NEVER_KEPT: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class Request:
    """One delivery as it arrived. Header names are lower case; `body` is the raw bytes."""

    method: str
    path: str
    """Path and query exactly as the sender used them (Contentful signs them)."""
    headers: Mapping[str, str]
    body: bytes
    received_at: float
    """Unix seconds, our clock."""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kept delivery, as `ingest` reads it from the inbox."""

    provider: str
    key: str
    """The provider's `delivery_key`."""
    request: Request
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0

    @property
    def id(self) -> str:
        """The inbox key."""
        return f"{self.provider}#{self.key}"


class Inbox(Protocol):
    """Where an accepted delivery is kept."""

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        """Keep the delivery in one atomic write. False if its key is there already.

        Raises `StoreUnavailable` when it could not be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """The values of one secret that are valid now, newest first; empty: not set yet."""

    values: tuple[bytes, ...]


class SecretStore(Protocol):
    """Reads secrets. Raises `SecretStoreUnavailable`."""

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        """`fresh` skips the cache (the caller limits how often)."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """What `receive` needs of the world."""

    find: "Callable[[str], tuple[str, WebhookModule] | None]"
    """The name as it stands in the address -> the provider's own name and its module; None where
    this client has no such provider."""
    settings: Mapping[str, Mapping[str, object]]
    """Provider -> this client's settings of it: they narrow what counts as a proof."""
    secrets: SecretStore
    inbox: Inbox
    http: "Http"
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    last_fresh: dict[str, float] = field(default_factory=dict)
    """When each provider's secret was last read past the cache."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told, and what our log may know besides."""

    status: int
    body: Mapping[str, str]
    outcome: ReceiptOutcome
    reason: str = ""
    delivery_id: str = ""


def receive(request: Request, provider_name: str, door: Door) -> Answer:
    """Take one delivery through all layers."""
    if len(request.body) > MAX_BODY:
        return Answer(413, {"error": "payload too large"}, ReceiptOutcome.TOO_LARGE)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return Answer(415, {"error": "unsupported content encoding"}, ReceiptOutcome.ENCODED)
    found = door.find(provider_name)
    if found is None:
        return Answer(404, {"error": "not found"}, ReceiptOutcome.UNKNOWN_PROVIDER)
    provider, module = found
    if _is_greeting(request, module):
        return Answer(200, {"request_id": request.request_id}, ReceiptOutcome.GREETED)
    try:
        _prove(request, provider, module, door)
        return _keep(request, provider, module, door)
    except Rejected as error:
        late = isinstance(error, OutOfTime)
        outcome = ReceiptOutcome.OUT_OF_TIME if late else ReceiptOutcome.REFUSED
        return Answer(401, {"error": "unauthorized"}, outcome, str(error))
    except (
        SecretMissing, SecretStoreUnavailable, StoreUnavailable, VendorRefused, VendorUnavailable,
    ) as error:  # fmt: skip
        reason = f"{type(error).__name__}: {error}"
        return Answer(503, {"error": "try again later"}, ReceiptOutcome.UNAVAILABLE, reason)


def key_of(*parts: bytes | str) -> str:
    """A delivery key: the SHA-256 of one part as it is, or of several, none running into the next.

    >>> key_of(b"ab", b"c") == key_of(b"a", b"bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        if len(parts) > 1:
            digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def strict_json(body: bytes) -> object:
    """The body as JSON: UTF-8, finite numbers, no key twice, at most `MAX_DEPTH` deep.

    Raises `Malformed`.
    """
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not strict JSON: {type(error).__name__}") from None
    if _depth(value) > MAX_DEPTH:
        raise Malformed(f"nested deeper than {MAX_DEPTH}")
    return value


def _is_greeting(request: Request, module: "WebhookModule") -> bool:
    """Whether a vendor only says hello, as some do, unproven, when a webhook is made.

    The answer is all that comes of it: what counts as a greeting is kept nowhere and read by
    nobody, so a provider that is too generous here lets nothing in.
    """
    recognize = getattr(module, "is_greeting", None)
    return recognize is not None and bool(recognize(request))


def _prove(request: Request, provider: str, module: "WebhookModule", door: Door) -> None:
    """Signature and window, with one uncached look at the secret where the cached one fails."""
    scheme = module.SIGNATURE.held_to(door.settings[provider]).through(door.http)
    try:
        scheme.verify(request, door.secrets.read(provider, WEBHOOK_SECRET), door.clock())
    except (Rejected, SecretMissing, VendorRefused):
        if not _may_look_again(provider, door):
            raise
        fresh = door.secrets.read(provider, WEBHOOK_SECRET, fresh=True)
        scheme.verify(request, fresh, door.clock())


def _may_look_again(provider: str, door: Door) -> bool:
    now = door.clock()
    if now - door.last_fresh.get(provider, float("-inf")) < FRESH_EVERY:
        return False
    door.last_fresh[provider] = now
    return True


def _keep(request: Request, provider: str, module: "WebhookModule", door: Door) -> Answer:
    """Understand enough to name the delivery, and keep it; what is not understood is set aside."""
    reason = None
    try:
        strict_json(request.body)
        key = _well_formed(module.delivery_key(request))
    except Malformed as error:
        reason, key = str(error), key_of(request.body)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason, key = f"no delivery key: {type(error).__name__}", key_of(request.body)
    kept = _without_secrets(request, module.SIGNATURE.secret_headers)
    status = DeliveryStatus.QUARANTINED if reason else DeliveryStatus.PENDING
    delivery = Delivery(provider, key, kept, status=status)
    outcome = ReceiptOutcome.QUARANTINED if reason else ReceiptOutcome.ACCEPTED
    if not _put(delivery, reason, door):
        outcome = ReceiptOutcome.DUPLICATE
    return Answer(200, {"request_id": request.request_id}, outcome, reason or "", delivery.id)


def _put(delivery: Delivery, reason: str | None, door: Door) -> bool:
    """One conditional put, tried again for two seconds."""
    deadline = door.clock() + PUT_WITHIN
    pause = 0.1
    while True:
        try:
            return door.inbox.put(delivery, quarantine_reason=reason)
        except StoreUnavailable:
            if door.clock() + pause > deadline:
                raise
        door.sleep(pause)
        pause *= 2


def _without_secrets(request: Request, secret_headers: frozenset[str]) -> Request:
    """The request as it may be kept: without any header that carries a credential."""
    dropped = NEVER_KEPT | secret_headers
    kept = {name: value for name, value in request.headers.items() if name not in dropped}
    return replace(request, headers=kept)


def _well_formed(key: str) -> str:
    """The key itself where a table and a log can carry it, else its hash."""
    return key if re.fullmatch(r"[!-~]{1,200}", key) else key_of(key)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("number out of range")
    return value


def _depth(value: object) -> int:
    """How deep containers nest, counted level by level."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            child for item in level for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth
