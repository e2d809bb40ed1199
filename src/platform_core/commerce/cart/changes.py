"""Changes of a cart and their writes. Each write names the version that was read.

A cart with an order that is being paid is not changed before that order has ended: the flow ends
the order first.
"""

from collections.abc import Iterable
from dataclasses import replace

from platform_core.commerce.cart.model import MAX_LINES, MAX_UNITS, Cart
from platform_core.commerce.types import Quantity
from platform_core.commerce.writes import Condition, Insert, Is, Missing, Update, Write
from platform_core.errors import PipelineError


class CartLimit(PipelineError):
    """The cart would have too many lines, or a line too many units."""


def set_units(cart: Cart, sku: str, units: int, limit: int = MAX_UNITS) -> Cart:
    """Return the cart with this many units of a SKU. 0 removes the line, and no other."""
    if not 0 <= units <= limit:
        raise CartLimit(f"a line has 0 to {limit} units")
    lines = {name: count for name, count in cart.lines.items() if name != sku}
    if units:
        lines[sku] = units
    if len(lines) > MAX_LINES:
        raise CartLimit(f"a cart has at most {MAX_LINES} lines")
    return replace(cart, lines=lines)


def add_units(cart: Cart, sku: str, units: int, limit: int = MAX_UNITS) -> Cart:
    """Return the cart with more units of a SKU."""
    return set_units(cart, sku, cart.lines.get(sku, 0) + units, limit)


def clear(cart: Cart) -> Cart:
    """Return the cart without lines and code."""
    return replace(cart, lines={}, code=None)


def merge(guest: Cart, account: Cart) -> tuple[Cart, Cart]:
    """Merge a visitor's cart into that of an account: of each SKU the larger quantity.

    Returns both carts. Merging again changes nothing. Lines above the limit stay out.
    """
    if guest.merged_into is not None:
        return guest, account
    lines = dict(account.lines)
    for sku, units in guest.lines.items():
        if sku in lines or len(lines) < MAX_LINES:
            lines[sku] = max(units, lines.get(sku, 0))
    merged = replace(account, lines=lines, code=account.code or guest.code)
    return replace(clear(guest), merged_into=account.id), merged


def save(before: Cart, after: Cart) -> Write:
    """Return the write of a changed cart. It fails if the cart has changed since it was read."""
    stored = replace(after, version=before.version + 1)
    if not before.version:
        return Insert(stored.key, stored.to_row())
    old, new = before.to_row(), stored.to_row()
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    return Update(
        before.key,
        _read_conditions(before),
        changed,
        removals=tuple(sorted(old.keys() - new.keys())),
    )


def lock(cart: Cart, order_id: str) -> Write:
    """Return the write that names the order made from the cart."""
    return save(cart, replace(cart, open_order=order_id))


def remove_bought(cart: Cart, bought: Iterable[Quantity]) -> Cart:
    """Return the cart without the units of its order, which was bought.

    `open_order` goes in the same write, so the units leave once, whoever comes first.
    """
    lines = dict(cart.lines)
    for line in bought:
        left = lines.pop(line.sku, 0) - line.units
        if left > 0:
            lines[line.sku] = left
    return replace(cart, lines=lines, code=None, open_order=None)


def _read_conditions(cart: Cart) -> tuple[Condition, ...]:
    order = Is("open_order", cart.open_order) if cart.open_order else Missing("open_order")
    return (Is("version", cart.version), order)
