"""A payment provider in memory, with the habits that the shop must survive.

It remembers an idempotency key with its answer, an error too, and forgets it after 24 hours. It
closes sessions at their end, can capture another amount, and can say "paid" after "closed".
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from platform_core.errors import VendorRefused, VendorUnavailable
from platform_core.provider.payments import (
    PaymentRequest,
    PaymentSession,
    PaymentStatus,
    ProviderRefund,
    RefundStatus,
)
from tests.fakes.pipeline.steps import Clock, Steps

KEY_SECONDS = 24 * 3600


@dataclass
class _Made:
    """A session, and the time and the body that made it."""

    session: PaymentSession
    made_at: int
    refunds: dict[str, ProviderRefund] = field(default_factory=dict)


@dataclass
class _Key:
    """The answer that a key repeats: a session, or an error."""

    body: bytes
    reference: str | None
    at: int


class MemoryPayments:
    """The port `ShopPayments`, and the shopper's side of the payment page."""

    def __init__(self, step: Steps, clock: Clock) -> None:
        self.step = step
        self.clock = clock
        self.made: dict[str, _Made] = {}
        self.keys: dict[str, _Key] = {}
        self.is_down = False
        self.refuses = False
        self.error_once: str | None = None
        """`before` or `after`: the next creation fails, before or after its effect."""
        self.wrong_amount: int | None = None
        """Amount of the next session, in place of the requested one."""

    def _now(self) -> int:
        return int(self.clock())

    def _call(self, name: str) -> None:
        self.step(name)
        if self.is_down:
            raise VendorUnavailable("the payment provider does not answer")
        for made in self.made.values():
            session = made.session
            if session.status is PaymentStatus.OPEN and session.expires_at <= self._now():
                made.session = replace(session, status=PaymentStatus.CLOSED, url=None)

    # --- ShopPayments ---------------------------------------------------------------------------

    def build_request(self, request: PaymentRequest) -> bytes:
        return json.dumps(asdict(request)).encode()

    def create_session(self, body: bytes, key: str) -> PaymentSession:
        self._call("create session")
        known = self.keys.get(key)
        if known and known.at + KEY_SECONDS > self._now():
            if known.body != body:
                raise VendorRefused("the key was used with another request")
            if known.reference is None:
                raise VendorUnavailable("500, as before")
            return self.made[known.reference].session
        request = json.loads(body)
        if self.refuses or request["expires_at"] < self._now() + 1800:
            raise VendorRefused("400: expires_at must be 30 minutes ahead")
        fault, self.error_once = self.error_once, None
        reference = None if fault == "before" else self._make(request)
        self.keys[key] = _Key(body, None if fault else reference, self._now())
        self.step("session created")
        if fault:
            raise VendorUnavailable("500")
        assert reference is not None
        return self.made[reference].session

    def _make(self, request: dict[str, object]) -> str:
        reference = f"cs_{len(self.made) + 1}"
        lines: list[dict[str, int]] = request["lines"]  # type: ignore[assignment]
        amount = sum(line["total"] for line in lines)
        if self.wrong_amount is not None:
            amount, self.wrong_amount = self.wrong_amount, None
        session = PaymentSession(
            reference,
            str(request["order_id"]),
            PaymentStatus.OPEN,
            amount,
            str(request["currency"]),
            url=f"https://pay.example/{reference}",
            expires_at=int(request["expires_at"]),  # type: ignore[call-overload]
        )
        self.made[reference] = _Made(session, self._now())
        return reference

    def get_session(self, reference: str) -> PaymentSession:
        self._call("get session")
        return self.made[reference].session

    def close_session(self, reference: str) -> PaymentSession:
        self._call("close session")
        made = self.made[reference]
        if made.session.status is PaymentStatus.OPEN:
            made.session = replace(made.session, status=PaymentStatus.CLOSED, url=None)
        self.step("session closed")
        return made.session

    def list_sessions(self, since: int, until: int) -> Sequence[PaymentSession]:
        self._call("list sessions")
        return [made.session for made in self.made.values() if since <= made.made_at <= until]

    def create_refund(self, reference: str, amount: int, refund_id: str) -> ProviderRefund:
        self._call("create refund")
        made = self.made[reference]
        left = made.session.captured - sum(
            refund.amount
            for refund in made.refunds.values()
            if refund.status is not RefundStatus.FAILED
        )
        if amount > left:
            raise VendorRefused("400: the payment has been refunded already")
        refund = ProviderRefund(f"re_{refund_id}", refund_id, RefundStatus.PENDING, amount)
        made.refunds[f"{refund.reference}-{len(made.refunds)}"] = refund
        self.step("refund created")
        return refund

    def list_refunds(self, reference: str) -> Sequence[ProviderRefund]:
        self._call("list refunds")
        return list(self.made[reference].refunds.values()) if reference in self.made else []

    # --- the shopper, and the provider's own time -------------------------------------------------

    def sessions_of(self, order_id: str) -> list[PaymentSession]:
        return [made.session for made in self.made.values() if made.session.order_id == order_id]

    def pay(self, reference: str, *, amount: int | None = None, is_slow: bool = False) -> None:
        """Pay a session. A closed one too: the provider contradicts itself then."""
        made = self.made[reference]
        session = made.session
        if session.status is PaymentStatus.PAID:
            return
        if is_slow and session.status is PaymentStatus.OPEN:
            made.session = replace(session, status=PaymentStatus.PROCESSING, url=None)
            return
        captured = session.amount if amount is None else amount
        made.session = replace(session, status=PaymentStatus.PAID, captured=captured, url=None)

    def fail_payment(self, reference: str) -> None:
        """End a slow payment without success."""
        made = self.made[reference]
        if made.session.status is PaymentStatus.PROCESSING:
            made.session = replace(made.session, status=PaymentStatus.CLOSED)

    def finish_refunds(self, *, succeed: bool = True) -> None:
        """End all pending refunds; without success, also those that had succeeded."""
        status = RefundStatus.SUCCEEDED if succeed else RefundStatus.FAILED
        for made in self.made.values():
            for key, refund in made.refunds.items():
                if refund.status is RefundStatus.PENDING or not succeed:
                    made.refunds[key] = replace(refund, status=status)

    def captured(self) -> int:
        return sum(made.session.captured for made in self.made.values())

    def returned(self) -> int:
        """Return the amount of all refunds that have not failed."""
        return sum(
            refund.amount
            for made in self.made.values()
            for refund in made.refunds.values()
            if refund.status is not RefundStatus.FAILED
        )
