"""The invariants of the shop, over its rows and the payment provider's books.

The letters are those of docs/decisions and of the shop's plan: J1 to J7, D1 to D3.
"""

from platform_core.commerce.inventory.model import StockLevel, StockPolicy
from platform_core.commerce.orders.model import Order
from platform_core.commerce.orders.states import BOUGHT, RESERVING, OrderState
from platform_core.commerce.writes import ShopTable
from platform_core.provider.payments import PaymentStatus
from tests.fakes.shop import ShopWorld


def check_always(shop: ShopWorld) -> None:
    """Assert what holds at every moment, also after a crash."""
    orders = shop.rows.orders()
    for key, row in shop.rows.stored.items():
        if key.table is ShopTable.INVENTORY:
            _check_stock(StockLevel.from_row(row), orders)
    for order in orders:
        _check_payment(shop, order)


def check_at_rest(shop: ShopWorld) -> None:
    """Assert what holds once nothing is left to do: every order has ended, and the money agrees."""
    check_always(shop)
    for order in shop.rows.orders():
        ends = {OrderState.PROCESSING, OrderState.CANCELLED, OrderState.EXPIRED}
        assert order.state in ends, f"J4: order {order.id} is {order.state}"
        refunds = shop.rows.refunds(order.id)
        assert all(refund.state in {"succeeded", "failed"} for refund in refunds), "J4: a refund"
        captured = sum(session.captured for session in shop.payments.sessions_of(order.id))
        assert order.captured == captured, f"J3: {order.captured} recorded of {captured}"
        if order.state is OrderState.PROCESSING:
            assert order.refunded == 0
        else:
            assert order.refunded == captured, f"J3: {order.refunded} of {captured} refunded"
    assert shop.payments.returned() == sum(order.refunded for order in shop.rows.orders()), "J3"
    reserved = [row.get("reserved", 0) for key, row in shop.rows.stored.items()
                if key.table is ShopTable.INVENTORY]  # fmt: skip
    assert not any(reserved), "J5: stock is still reserved"


def _check_stock(level: StockLevel, orders: list[Order]) -> None:
    units = (level.reserved, level.sold, level.written_off)
    assert min(units) >= 0, f"J1: {level}"
    assert level.available >= 0 or level.policy is not StockPolicy.DENY, f"J1: {level}"
    assert level.available + sum(units) == level.received, f"J1: {level}"
    reserved = sold = 0
    for order in orders:
        for line in order.lines:
            if line.sku == level.sku:
                reserved += line.quantity if order.state in RESERVING else 0
                sold += line.quantity - line.returned if order.state in BOUGHT else 0
    assert (level.reserved, level.sold) == (reserved, sold), f"J1: {level}"


def _check_payment(shop: ShopWorld, order: Order) -> None:
    sessions = shop.payments.sessions_of(order.id)
    assert len(sessions) <= 1, "J2: two payment sessions for one order"
    captured = sum(session.captured for session in sessions)
    if order.state in BOUGHT and order.total:
        assert order.captured == captured, "J2: paid without the capture of its amount"
        assert not shop.rows.refunds(order.id), "J3: a paid order whose money goes back"
    if order.state in {OrderState.EXPIRED, OrderState.CANCELLED}:
        shown = [one for one in sessions if one.reference == order.payment_reference]
        payable = {PaymentStatus.OPEN, PaymentStatus.PROCESSING}
        assert not any(one.status in payable for one in shown), "J5: released, but payable"
    if order.state is OrderState.EXPIRED:
        assert order.total or order.captured, "D3: a free order is thrown away"
