"""The states of an order and the one table of its transitions.

A transition is one transaction: the order, the stock, the use of a code, and an event. A change
that is not in the table does not exist.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from platform_core.contract.status import OpenEnum


class OrderState(OpenEnum):
    """`state` of an order."""

    RESERVED = "reserved"
    """The stock is reserved; there may be no payment page yet."""
    AWAITING_PAYMENT = "awaiting_payment"
    PAYMENT_PROCESSING = "payment_processing"
    """Paid by a method that takes days. The result is open."""
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Ended without a payment, or with one that is refunded in full."""
    NEEDS_REVIEW = "needs_review"
    """The payment does not fit the order. A person decides."""


class Actor(StrEnum):
    """The program or the person that makes a transition."""

    CHECKOUT = "checkout"
    PROCESSOR = "processor"
    CUSTOMER = "customer"
    STAFF = "staff"


class StockMove(StrEnum):
    """The change of the stock of each line of an order."""

    NONE = "none"
    RESERVE = "reserve"
    """`available` to `reserved`."""
    SELL_RESERVED = "sell_reserved"
    """`reserved` to `sold`."""
    SELL_AVAILABLE = "sell_available"
    """`available` to `sold`, for an order that no longer reserves."""
    RELEASE = "release"
    """`reserved` to `available`."""
    TAKE_BACK = "take_back"
    """`sold` to `available`, for the units that were not returned before."""


class CodeUse(StrEnum):
    """The change of the use of a promotion code."""

    NONE = "none"
    COUNT = "count"
    """One more, within the limits."""
    COUNT_AGAIN = "count_again"
    """One more, above a limit if need be: the customer has paid."""
    GIVE_BACK = "give_back"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of an order's state, and what moves with it."""

    source: OrderState | None
    """None for a new order."""
    target: OrderState
    actors: frozenset[Actor]
    stock: StockMove = StockMove.NONE
    code: CodeUse = CodeUse.NONE


UNFINISHED: Final = (
    OrderState.RESERVED,
    OrderState.AWAITING_PAYMENT,
    OrderState.PAYMENT_PROCESSING,
)
"""The states of an order whose payment is open."""
RESERVING: Final = frozenset({*UNFINISHED, OrderState.NEEDS_REVIEW})
"""The states in which an order reserves stock. They lock its cart."""
BOUGHT: Final = frozenset(
    {OrderState.PAID, OrderState.PROCESSING, OrderState.SHIPPED, OrderState.DELIVERED}
)
"""The states in which the lines of an order belong to the customer, and no longer to the cart."""

_CHECKOUT: Final = frozenset({Actor.CHECKOUT})
_STAFF: Final = frozenset({Actor.STAFF})
_EITHER: Final = frozenset({Actor.CUSTOMER, Actor.STAFF})
_S = OrderState

TRANSITIONS: Final = {
    (transition.source, transition.target): transition
    for transition in (
        Transition(None, _S.RESERVED, _CHECKOUT, StockMove.RESERVE, CodeUse.COUNT),
        Transition(_S.RESERVED, _S.AWAITING_PAYMENT, _CHECKOUT),
        # An order without anything to pay.
        Transition(_S.RESERVED, _S.PAID, _CHECKOUT, StockMove.SELL_RESERVED),
        Transition(_S.AWAITING_PAYMENT, _S.PAYMENT_PROCESSING, _CHECKOUT),
        Transition(_S.AWAITING_PAYMENT, _S.PAID, _CHECKOUT, StockMove.SELL_RESERVED),
        Transition(_S.PAYMENT_PROCESSING, _S.PAID, _CHECKOUT, StockMove.SELL_RESERVED),
        *(
            Transition(state, _S.EXPIRED, _CHECKOUT, StockMove.RELEASE, CodeUse.GIVE_BACK)
            for state in UNFINISHED
        ),
        *(Transition(state, _S.NEEDS_REVIEW, _CHECKOUT) for state in UNFINISHED),
        # The payment provider has said "closed", and then "paid".
        Transition(_S.EXPIRED, _S.PAID, _CHECKOUT, StockMove.SELL_AVAILABLE, CodeUse.COUNT_AGAIN),
        Transition(_S.NEEDS_REVIEW, _S.PAID, _STAFF, StockMove.SELL_RESERVED),
        Transition(_S.NEEDS_REVIEW, _S.EXPIRED, _STAFF, StockMove.RELEASE, CodeUse.GIVE_BACK),
        Transition(_S.PAID, _S.PROCESSING, frozenset({Actor.PROCESSOR})),
        Transition(_S.PROCESSING, _S.SHIPPED, _STAFF),
        Transition(_S.SHIPPED, _S.DELIVERED, _STAFF),
        Transition(_S.PAID, _S.CANCELLED, _EITHER, StockMove.TAKE_BACK),
        Transition(_S.PROCESSING, _S.CANCELLED, _EITHER, StockMove.TAKE_BACK),
    )
}
"""Every transition, by its two states."""


def find_transition(
    source: OrderState | None, target: OrderState, actor: Actor
) -> Transition | None:
    """Return the transition between two states, or None if this actor cannot make it."""
    transition = TRANSITIONS.get((source, target))
    return transition if transition and actor in transition.actors else None
