"""A shop in memory: its rows, its payment provider and its clock."""

from tests.fakes.shop.payments import MemoryPayments
from tests.fakes.shop.rows import MemoryRows
from tests.fakes.shop.world import ShopWorld

__all__ = ["MemoryPayments", "MemoryRows", "ShopWorld"]
