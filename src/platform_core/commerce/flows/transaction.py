"""The whole transaction of an order's transition: the order, its stock and its promotion code."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from platform_core.commerce.inventory import moves
from platform_core.commerce.inventory.model import StockLevel
from platform_core.commerce.orders.changes import OrderChange
from platform_core.commerce.orders.model import Order, OrderLine
from platform_core.commerce.orders.states import CodeUse, StockMove
from platform_core.commerce.pricing.model import Promotion
from platform_core.commerce.promotions import uses
from platform_core.commerce.writes import Update, Write

NO_LEVELS: Mapping[str, StockLevel] = {}


def transition_writes(
    change: OrderChange,
    levels: Mapping[str, StockLevel] = NO_LEVELS,
    promotion: Promotion | None = None,
) -> tuple[Write, ...]:
    """Return every write of a transition.

    `levels` are needed where units are taken from the available ones, and `promotion` where a code
    is counted within its limits.
    """
    return (
        *change.writes,
        *_stock_writes(change, levels),
        *_code_writes(change, promotion),
    )


def _stock_writes(change: OrderChange, levels: Mapping[str, StockLevel]) -> Iterator[Write]:
    lines = (change.before or change.after).lines
    for line in lines:
        write = _move_stock(change.transition.stock, line, levels)
        if write is not None:
            yield write


def _move_stock(
    move: StockMove, line: OrderLine, levels: Mapping[str, StockLevel]
) -> Update | None:
    match move:
        case StockMove.NONE:
            return None
        case StockMove.RESERVE:
            return moves.reserve(levels[line.sku], line.quantity)
        case StockMove.SELL_AVAILABLE:
            return moves.sell_available(levels[line.sku], line.quantity)
        case StockMove.SELL_RESERVED:
            return moves.sell_reserved(line.sku, line.quantity)
        case StockMove.RELEASE:
            return moves.release(line.sku, line.quantity)
        case StockMove.TAKE_BACK:
            # Units that staff took back earlier are in the stock already.
            units = line.quantity - line.returned
            return moves.take_back(line.sku, units) if units else None
        case _:
            assert_never(move)


def _code_writes(change: OrderChange, promotion: Promotion | None) -> tuple[Write, ...]:
    order: Order = change.after
    if order.code is None:
        return ()
    match change.transition.code:
        case CodeUse.NONE:
            return ()
        case CodeUse.COUNT:
            usage_limit = promotion.usage_limit if promotion else None
            per_customer = promotion.limit_per_customer if promotion else None
            return uses.count_use(order.code, order.email_hash, usage_limit, per_customer)
        case CodeUse.COUNT_AGAIN:
            return uses.count_use_again(order.code, order.email_hash)
        case CodeUse.GIVE_BACK:
            return uses.give_back_use(order.code, order.email_hash)
        case use:
            assert_never(use)
