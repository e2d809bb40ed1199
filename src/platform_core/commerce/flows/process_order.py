"""Take over a paid order, and remove its units from the cart.

The order queue delivers a message for each paid order, perhaps twice or never. The sweeper calls
the same function for an order that is due, so a lost message costs time only.
"""

from platform_core.commerce.flows.ports import ShopDeps
from platform_core.commerce.flows.reserve_stock import release_cart
from platform_core.commerce.flows.transaction import transition_writes
from platform_core.commerce.orders.changes import Cause, move
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.states import Actor, OrderState


def process_order(deps: ShopDeps, order_id: str) -> Order | None:
    """Move a paid order to processing, and empty its cart. None if there is no such order."""
    order = deps.rows.order(order_id)
    while order is not None and order.state is OrderState.PAID:
        cause = Cause(Actor.PROCESSOR, deps.clock())
        change = move(order, OrderState.PROCESSING, cause, due_at=None)
        deps.unit_of_work.commit(transition_writes(change))
        order = deps.rows.order(order_id)
    if order is not None:
        release_cart(deps, deps.rows.cart(order.cart_id))
    return order
