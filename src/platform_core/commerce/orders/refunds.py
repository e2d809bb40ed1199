"""Refunds of an order: their states, and the writes that keep its amounts.

A refund is asked for in the transaction that takes its amount from `refundable`, so no amount is
refunded twice. One that fails gives the amount back.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from platform_core.commerce.orders.model import Order, refund_key
from platform_core.commerce.writes import Insert, Is, Update, Write
from platform_core.contract.status import OpenEnum

RETRY_SECONDS: Final = 300
"""Time until the sweeper looks after a refund."""
WITHDRAWAL_SECONDS: Final = 30 * 86_400
"""Time in which a refund that succeeded may still fail, when the customer's bank returns it."""


class RefundState(OpenEnum):
    """`state` of a refund."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    """The payment provider knows it."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refund:
    """The row of a refund."""

    id: str
    order_id: str
    state: RefundState
    amount: int
    payment_reference: str
    requested_at: int
    version: int = 0
    due_at: int | None = None
    """Time from which the sweeper looks after the refund."""
    reference: str | None = None
    """The payment provider's id."""
    reason: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Refund":
        """Return the refund of a row. Ignores unknown attributes."""
        known = {one.name: row[one.name] for one in fields(cls) if one.name in row}
        return cls(**known | {"state": RefundState(known["state"])})

    def to_row(self) -> dict[str, Any]:
        """Return the attributes of the row. A None is an absent attribute."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def request_refund(order: Order, amount: int, now: int, reason: str) -> Insert:
    """Return the write of a new refund. The caller takes the amount from `refundable`.

    An order has one version at a time, so the id is the same if the request is repeated.
    """
    refund = Refund(
        id=f"{order.id}-{order.version}",
        order_id=order.id,
        state=RefundState.REQUESTED,
        amount=amount,
        payment_reference=order.payment_reference or "",
        requested_at=now,
        due_at=now + RETRY_SECONDS,
        reason=reason,
    )
    return Insert(refund_key(order.id, refund.id), refund.to_row())


def submit(refund: Refund, reference: str, now: int) -> tuple[Write, ...]:
    """Return the writes of a refund that the payment provider has accepted."""
    return (
        _update(
            refund,
            replace(
                refund,
                state=RefundState.SUBMITTED,
                reference=reference,
                due_at=now + RETRY_SECONDS,
            ),
        ),
    )


def succeed(refund: Refund, order: Order, now: int) -> tuple[Write, ...]:
    """Return the writes of a refund that has reached the customer."""
    after = replace(refund, state=RefundState.SUCCEEDED, due_at=now + WITHDRAWAL_SECONDS)
    return (_update(refund, after), _add(order, refunded=refund.amount))


def fail(refund: Refund, order: Order) -> tuple[Write, ...]:
    """Return the writes of a refund that failed, at once or weeks after it succeeded."""
    after = replace(refund, state=RefundState.FAILED, due_at=None)
    was_counted = refund.state is RefundState.SUCCEEDED
    refunded = -refund.amount if was_counted else 0
    return (_update(refund, after), _add(order, refundable=refund.amount, refunded=refunded))


def settle(refund: Refund) -> tuple[Write, ...]:
    """Return the write of a refund that can no longer be withdrawn."""
    return (_update(refund, replace(refund, due_at=None)),)


def _update(before: Refund, after: Refund) -> Update:
    stored = replace(after, version=before.version + 1)
    old, new = before.to_row(), stored.to_row()
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    conditions = (Is("state", before.state), Is("version", before.version))
    removals = tuple(sorted(old.keys() - new.keys()))
    return Update(refund_key(before.order_id, before.id), conditions, changed, removals=removals)


def _add(order: Order, **amounts: int) -> Update:
    """Return the write that moves amounts of an order."""
    return Update(
        order.key,
        (Is("version", order.version),),
        additions={"version": 1, **{name: by for name, by in amounts.items() if by}},
    )
