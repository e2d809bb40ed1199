"""In-memory ports: real behaviour, no network, a clock that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platform_core.errors import SecretStoreUnavailable, StoreUnavailable
from platform_core.http import HttpResponse
from platform_core.ingress.receive import IngressDeps
from platform_core.provider import WebhookModule
from platform_core.webhooks.body import key_of
from platform_core.webhooks.request import Delivery, Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import HmacBody, Scheme
from tests.fakes.pipeline import T0, Clock

NOW = T0
SECRET = b"correct horse battery staple"


class MemoryInbox:
    def __init__(self) -> None:
        self.rows: dict[str, Delivery] = {}
        self.reasons: dict[str, str] = {}
        self.failures = 0
        self.puts = 0

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        self.puts += 1
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("no answer")
        if delivery.id in self.rows:
            return False
        self.rows[delivery.id] = delivery
        if quarantine_reason:
            self.reasons[delivery.id] = quarantine_reason
        return True


class MemorySecrets:
    """`cached` is the content of a warm cache, `stored` that of the store."""

    def __init__(self, *values: bytes) -> None:
        self.cached = Secrets(values)
        self.stored = Secrets(values)
        self.fresh_reads = 0
        self.down = False

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        if self.down:
            raise SecretStoreUnavailable("no answer")
        if fresh:
            self.fresh_reads += 1
            self.cached = self.stored
        return self.cached


@dataclass
class Vendor:
    """A vendor's API that answers by URL and records its requests."""

    answers: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        self.requests.append((url, headers or {}))
        return HttpResponse(self.answers.get(url, 404), b"{}")


class Shop:
    """The light module of a provider that signs its bodies."""

    SIGNATURE: Scheme = HmacBody("x-shop-signature", encoding="base64")

    def topic(self, request: Request) -> str:
        return request.headers.get("x-shop-topic", "")

    def delivery_key(self, request: Request) -> str:
        return key_of(request.body)


class World:
    """A webhook endpoint and its dependencies."""

    def __init__(
        self,
        module: WebhookModule | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.clock = Clock()
        self.inbox = MemoryInbox()
        self.secrets = MemorySecrets(SECRET)
        self.vendor = Vendor()
        self.module: WebhookModule = module or Shop()
        self.deps = IngressDeps(
            find=lambda name: ("shop", self.module) if name in {"shop", "store"} else None,
            settings={"shop": settings or {}},
            secrets=self.secrets,
            inbox=self.inbox,
            http=self.vendor,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def signed(self, body: bytes, secret: bytes = SECRET, **headers: str) -> Request:
        """Return a request signed as this provider's vendor signs it."""
        request = a_request(body, **headers)
        proof = self.module.SIGNATURE.sign(request, secret, self.clock.now)
        return a_request(body, **headers, **proof)


def a_request(body: bytes = b"{}", **headers: str) -> Request:
    return Request(
        method="POST",
        path="/webhooks/shop",
        headers=headers,
        body=body,
        received_at=NOW,
        request_id="req-1",
    )
