"""Send deliveries to the entry point: a vendor's attempts, and those of attackers."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final, Protocol

from platform_core.errors import SecretStoreUnavailable, StoreUnavailable
from platform_core.ingress.receive import Inbox, IngressDeps, IngressResponse, receive
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets, SecretStore
from tests.assurance.simulation import hostile
from tests.assurance.simulation.traffic import RETRIES, Offer
from tests.fakes.pipeline import Steps
from tests.fakes.world import MemorySecrets, Shop

if TYPE_CHECKING:
    from tests.assurance.simulation.simulation import Simulation

OLD, NEW = b"the old secret", b"the new secret"
CACHED: Final = 60.0
ROUTER_SECONDS: Final = 30.0
"""Seconds after which the platform ends the function."""


class RotatedSecrets(SecretStore, Protocol):
    """The secrets of the entry point during a rotation."""

    def renew(self, *values: bytes) -> None: ...

    def expire(self) -> None: ...


class DistantSecrets(MemorySecrets):
    """A secret store with outages."""

    def __init__(self, step: Steps, *values: bytes) -> None:
        super().__init__(*values)
        self.step = step

    def renew(self, *values: bytes) -> None:
        """Add the new secret to the store, the first step of a rotation."""
        self.stored = Secrets(values)

    def expire(self) -> None:
        """Expire each cache, as after a minute."""
        self.cached = self.stored

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        try:
            self.step("secrets.read")
        except StoreUnavailable as error:
            raise SecretStoreUnavailable(str(error)) from None
        return super().read(provider, name, fresh=fresh)


class Post:
    """The vendor's deliveries. Each is repeated until it gets a 200."""

    def __init__(self, simulation: "Simulation", inbox: Inbox, secrets: RotatedSecrets) -> None:
        self.simulation = simulation
        self.random: Random = simulation.random
        self.inbox = inbox
        self.offers: list[Offer] = []
        self.heard: list[IngressResponse] = []
        self.sending = OLD
        self.secrets = secrets
        self.forged_in = self.refused = self.failed_us = 0
        """Accepted forgeries, rejected genuine deliveries, and 5xx responses outside an outage."""
        self.door = IngressDeps(
            find=lambda name: ("shop", Shop()) if name == "shop" else None,
            settings={"shop": {}},
            secrets=self.secrets,
            inbox=inbox,
            http=simulation.world.vendors.http,
            clock=simulation.local_time,
            sleep=simulation.world.clock.sleep,
        )

    def offer(self, offer: Offer) -> None:
        storm, later = self.simulation.injector.storm, self.simulation.later
        self.offers.append(offer)
        later(self.random.choice(storm.late), lambda: self.send(offer))
        if storm.double and self.random.random() < storm.double:
            for wait in self.random.choices(storm.again, k=4):
                later(wait, lambda: self.send(offer, repeated=True))
        if storm.forged and self.random.random() < storm.forged:
            later(self.random.uniform(0, 60), lambda: self._forge(offer))
        if storm.hostile and self.random.random() < storm.hostile:
            later(self.random.uniform(0, 60), self._hurt)

    def send(self, offer: Offer, *, repeated: bool = False) -> None:
        """Make one attempt, and plan the next unless it gets a 200. An attacker who repeats the
        delivery may change its unsigned id."""
        headers = {"x-shop-delivery": str(self.random.random())} if repeated else {}
        answer = self._knock(self._signed(self._request(offer.body, headers), self.sending))
        if answer is not None and answer.status == 200:
            offer.acked, offer.delivery_id = True, answer.delivery_id
            return
        self.refused += answer is not None and answer.status == 401
        if not offer.acked and offer.tries < len(RETRIES):
            self.simulation.later(RETRIES[offer.tries], lambda: self.send(offer))
            offer.tries += 1

    def rotate(self, start: float) -> None:
        """Add the new secret to the store, then to every cache, and only then to the vendor."""

        def switch() -> None:
            self.sending = NEW

        later = self.simulation.later
        later(start, lambda: self.secrets.renew(NEW, OLD))
        later(start + CACHED, self.secrets.expire)
        later(start + CACHED + 1, switch)

    def _forge(self, offer: Offer) -> None:
        genuine = self._signed(self._request(offer.body, {}), self.sending)
        answer = self._knock(hostile.forged(genuine, self.random, self._signed))
        self.forged_in += answer is not None and answer.status not in {401, 503}

    def _hurt(self) -> None:
        """The response leads to one more offer, which is not repeated."""
        body, headers = hostile.crafted(self.random)
        answer = self._knock(self._signed(self._request(body, headers), self.sending))
        if answer is not None and answer.status == 200:
            self.offers.append(Offer(body, "hostile", acked=True, delivery_id=answer.delivery_id))

    def _knock(self, request: Request) -> IngressResponse | None:
        """The response to the sender; None if the function died."""
        heard: list[IngressResponse] = []
        finish: Callable[[], None] = getattr(self.inbox, "finish", lambda: None)
        refused = self.simulation.injector.refused

        def take() -> None:
            answer = receive(request, "shop", self.door)
            heard.append(answer)
            finish()

        self.simulation.work(take, ROUTER_SECONDS)
        self.heard += heard
        if not heard:
            return None
        ours = self.simulation.injector.refused > refused
        self.failed_us += heard[0].status >= 500 and not ours
        return heard[0]

    def _request(self, body: bytes, headers: dict[str, str]) -> Request:
        return Request("POST", "/webhooks/shop", headers, body, self.simulation.world.clock())

    def _signed(self, request: Request, secret: bytes) -> Request:
        proof = Shop.SIGNATURE.sign(request, secret, 0.0)
        return replace(request, headers={**request.headers, **proof})
