"""The writes of stock. An order's moves go into the transaction that changes its state.

The condition is in the write, so two orders cannot take the last unit, whatever they have read.
"""

from platform_core.commerce.inventory.model import StockLevel, StockPolicy, level_key
from platform_core.commerce.writes import AtLeast, Condition, Is, Update


def reserve(level: StockLevel, units: int) -> Update:
    """Reserve available units for a new order."""
    return Update(
        level_key(level.sku),
        _available(level, units),
        additions={"available": -units, "reserved": units},
    )


def sell_available(level: StockLevel, units: int) -> Update:
    """Sell available units to an order that no longer reserves any."""
    return Update(
        level_key(level.sku),
        _available(level, units),
        additions={"available": -units, "sold": units},
    )


def sell_reserved(sku: str, units: int) -> Update:
    """Sell the units that an order reserves."""
    return Update(
        level_key(sku),
        (AtLeast("reserved", units),),
        additions={"reserved": -units, "sold": units},
    )


def release(sku: str, units: int) -> Update:
    """Make the units of an order that ended available again."""
    return Update(
        level_key(sku),
        (AtLeast("reserved", units),),
        additions={"reserved": -units, "available": units},
    )


def take_back(sku: str, units: int) -> Update:
    """Make sold units available again."""
    return Update(
        level_key(sku),
        (AtLeast("sold", units),),
        additions={"sold": -units, "available": units},
    )


def receive(sku: str, units: int) -> Update:
    """Add units that have arrived."""
    return Update(level_key(sku), additions={"available": units, "received": units})


def write_off(sku: str, units: int) -> Update:
    """Remove available units that are lost or broken. Reserved ones belong to an order."""
    return Update(
        level_key(sku),
        (AtLeast("available", units),),
        additions={"available": -units, "written_off": units},
    )


def set_policy(sku: str, policy: StockPolicy) -> Update:
    """Change the policy. `deny` needs a stock that owes nothing."""
    conditions = (AtLeast("available", 0),) if policy is StockPolicy.DENY else ()
    return Update(level_key(sku), conditions, {"policy": policy})


def _available(level: StockLevel, units: int) -> tuple[Condition, ...]:
    """Return the conditions of taking available units. The policy must be the one that was read."""
    policy = Is("policy", level.policy)
    if level.policy is StockPolicy.DENY:
        return (policy, AtLeast("available", units))
    return (policy,)
