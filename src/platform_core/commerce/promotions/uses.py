"""The writes that count the uses of a promotion code.

A use is counted in the transaction that reserves the stock, so a code is never used above its
limit, and is given back when the order ends without a payment.
"""

from typing import Final

from platform_core.commerce.writes import AtLeast, Below, Condition, Key, ShopTable, Update, Write

CODE: Final = "CODE"
_USE: Final = "USE#"


def code_key(code: str) -> Key:
    return Key(ShopTable.PROMOTIONS, code, CODE)


def use_key(code: str, email_hash: str) -> Key:
    return Key(ShopTable.PROMOTIONS, code, f"{_USE}{email_hash}")


def count_use(
    code: str, email_hash: str, usage_limit: int | None, limit_per_customer: int | None
) -> tuple[Write, ...]:
    """Count a use within the limits. None means no limit."""
    return (
        Update(code_key(code), _limit_uses(usage_limit), additions={"used": 1}),
        Update(use_key(code, email_hash), _limit_uses(limit_per_customer), additions={"used": 1}),
    )


def count_use_again(code: str, email_hash: str) -> tuple[Write, ...]:
    """Count the use of an order that was paid after its end, above a limit if need be."""
    return count_use(code, email_hash, None, None)


def give_back_use(code: str, email_hash: str) -> tuple[Write, ...]:
    """Count a use less."""
    at_least_one = (AtLeast("used", 1),)
    return (
        Update(code_key(code), at_least_one, additions={"used": -1}),
        Update(use_key(code, email_hash), at_least_one, additions={"used": -1}),
    )


def _limit_uses(limit: int | None) -> tuple[Condition, ...]:
    return () if limit is None else (Below("used", limit),)
