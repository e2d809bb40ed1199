"""Promotion codes: their validity, and their discount."""

from datetime import datetime

from platform_core.commerce.pricing.model import (
    Promotion,
    PromotionKind,
    Refusal,
    RefusalReason,
)
from platform_core.content.money import round_half_up


def check_code(promotion: Promotion, goods: int, now: datetime) -> Refusal | None:
    """Return the reason why a code does not apply; None if it does.

    A used-up code is refused here for the shopper's sake. The reservation counts the use.
    """
    if promotion.starts_at is not None and now < promotion.starts_at:
        return Refusal(RefusalReason.CODE_NOT_STARTED, promotion.code)
    if promotion.ends_at is not None and now >= promotion.ends_at:
        return Refusal(RefusalReason.CODE_ENDED, promotion.code)
    if _is_used_up(promotion.used, promotion.usage_limit) or _is_used_up(
        promotion.used_by_customer, promotion.limit_per_customer
    ):
        return Refusal(RefusalReason.CODE_USED_UP, promotion.code)
    if goods < promotion.min_total:
        return Refusal(RefusalReason.CODE_NEEDS_MORE, str(promotion.min_total))
    return None


def goods_discount(promotion: Promotion | None, goods: int) -> int:
    """Return the discount on the goods, at most their price."""
    if promotion is None:
        return 0
    match promotion.kind:
        case PromotionKind.PERCENT:
            return min(goods, round_half_up(goods * promotion.percent / 100))
        case PromotionKind.AMOUNT:
            return min(goods, promotion.amount)
        case PromotionKind.FREE_SHIPPING:
            return 0


def _is_used_up(used: int, limit: int | None) -> bool:
    return limit is not None and used >= limit
