"""Prices: every cent of a cart, in every currency and way of stating taxes."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import platform_core.commerce
from platform_core.commerce.pricing.model import (
    PricedItem,
    PriceRules,
    Promotion,
    PromotionKind,
    Quote,
    QuoteLine,
    RefusalReason,
    RefusedQuote,
    ShippingLine,
    ShippingMethod,
    TaxRate,
)
from platform_core.commerce.pricing.quote import quote
from platform_core.commerce.pricing.refunds import refund_amount
from platform_core.commerce.types import Destination
from platform_core.content.money import allocate, round_half_up

NOW = datetime(2026, 12, 1, tzinfo=UTC)
GERMANY = Destination("DE")
RULES = PriceRules(
    currency="EUR",
    prices_include_tax=True,
    tax_rates=(
        TaxRate("DE", Fraction(19)),
        TaxRate("DE", Fraction(7), "reduced"),
        TaxRate("AT", Fraction(20)),
        TaxRate("US", Fraction(0)),
        TaxRate("US", Fraction("7.25"), region="CA"),
    ),
    shipping=(
        ShippingMethod("Parcel", frozenset({"DE", "AT", "US"}), 490, free_from=8000),
        ShippingMethod("Express", frozenset({"DE"}), 1290, max_weight=5000),
    ),
)
MUG = PricedItem("mug", "Mug", 2, 1200, weight=400)
BOOK = PricedItem("book", "Book", 1, 999, "reduced", weight=300)


def price(*items: PricedItem, rules: PriceRules = RULES, **options: Any) -> Quote:
    result = quote(items, rules, GERMANY, NOW, **options)
    assert isinstance(result, Quote)
    return result


def refuse(*items: PricedItem, destination: Destination = GERMANY, **options: Any) -> set[str]:
    result = quote(items, RULES, destination, NOW, **options)
    assert isinstance(result, RefusedQuote)
    return {refusal.reason for refusal in result.refusals}


def test_prices_with_tax() -> None:
    result = price(MUG, BOOK)
    assert [(line.total, line.tax) for line in result.lines] == [(2400, 383), (999, 65)]
    assert (result.shipping.name, result.shipping.total, result.shipping.tax) == ("Parcel", 490, 78)
    assert (result.total, result.tax, result.discount) == (3889, 526, 0)


def test_prices_without_tax() -> None:
    result = price(MUG, BOOK, rules=replace(RULES, prices_include_tax=False))
    assert [(line.total, line.tax) for line in result.lines] == [(2856, 456), (1069, 70)]
    assert (result.shipping.total, result.shipping.tax) == (583, 93)
    assert (result.total, result.tax) == (4508, 619)


def test_the_rate_of_a_region_wins() -> None:
    def tax(region: str) -> int:
        result = quote(
            [MUG], replace(RULES, prices_include_tax=False), Destination("US", region), NOW
        )
        assert isinstance(result, Quote)
        return result.tax

    assert (tax("CA"), tax("NV"), tax("")) == (210, 0, 0)


def test_goods_above_the_limit_travel_free() -> None:
    assert price(replace(MUG, quantity=7)).shipping.total == 0
    just_below = price(replace(MUG, unit_price=7999, quantity=1))
    assert just_below.shipping.total == 490


def test_a_discount_can_cost_the_free_shipping() -> None:
    code = Promotion("TEN", PromotionKind.PERCENT, percent=Fraction(10))
    result = price(replace(MUG, unit_price=8500, quantity=1), promotion=code)
    assert (result.discount, result.shipping.total) == (850, 490)


def test_a_method_is_chosen_by_name() -> None:
    assert price(MUG, shipping="Express").shipping.total == 1290
    assert refuse(MUG, shipping="Pigeon") == {RefusalReason.UNKNOWN_SHIPPING}
    assert refuse(replace(MUG, quantity=13), shipping="Express") == {RefusalReason.TOO_HEAVY}


@pytest.mark.parametrize(
    ("destination", "item"),
    [(Destination("FR"), MUG), (Destination("AT"), BOOK)],
    ids=["no shipping", "no rate for the class"],
)
def test_a_country_without_a_rate_is_not_shipped_to(
    destination: Destination, item: PricedItem
) -> None:
    assert refuse(item, destination=destination) == {RefusalReason.NOT_SHIPPED_TO}


def test_an_empty_cart_has_no_price() -> None:
    assert refuse() == {RefusalReason.EMPTY}


# --- codes ----------------------------------------------------------------------------------------


def test_the_discount_is_spread_over_the_lines() -> None:
    code = Promotion("ODD", PromotionKind.AMOUNT, amount=1000)
    result = price(replace(MUG, quantity=1), BOOK, promotion=code)
    assert [line.discount for line in result.lines] == [546, 454]
    assert result.total == 1200 + 999 - 1000 + 490


@pytest.mark.parametrize(
    ("code", "total"),
    [
        (Promotion("P", PromotionKind.PERCENT, percent=Fraction("12.5")), 2100 + 490),
        (Promotion("A", PromotionKind.AMOUNT, amount=10_000), 490),
        (Promotion("F", PromotionKind.FREE_SHIPPING), 2400),
    ],
)
def test_every_kind_of_code(code: Promotion, total: int) -> None:
    assert price(MUG, promotion=code).total == total


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"starts_at": NOW + timedelta(seconds=1)}, RefusalReason.CODE_NOT_STARTED),
        ({"ends_at": NOW}, RefusalReason.CODE_ENDED),
        ({"usage_limit": 3, "used": 3}, RefusalReason.CODE_USED_UP),
        ({"min_total": 2401}, RefusalReason.CODE_NEEDS_MORE),
        ({"starts_at": NOW, "ends_at": NOW + timedelta(seconds=1), "min_total": 2400}, None),
    ],
)
def test_a_code_has_limits(change: dict[str, Any], reason: RefusalReason | None) -> None:
    code = replace(Promotion("C", PromotionKind.AMOUNT, amount=100), **change)
    if reason is None:
        assert price(MUG, promotion=code).discount == 100
    else:
        assert refuse(MUG, promotion=code) == {reason}


def test_every_refusal_is_named_at_once() -> None:
    code = Promotion("C", PromotionKind.AMOUNT, ends_at=NOW)
    assert refuse(MUG, destination=Destination("FR"), promotion=code) == {
        RefusalReason.NOT_SHIPPED_TO,
        RefusalReason.CODE_ENDED,
    }


# --- properties -----------------------------------------------------------------------------------

percentages = st.integers(0, 3000).map(lambda hundredths: Fraction(hundredths, 100))
amounts = st.integers(0, 10**9)
items = st.lists(
    st.builds(
        PricedItem,
        sku=st.uuids().map(str),
        title=st.just("Thing"),
        quantity=st.integers(1, 99),
        unit_price=amounts,
        tax_class=st.sampled_from(["standard", "reduced"]),
    ),
    min_size=1,
    max_size=40,
)
codes = st.none() | st.builds(
    Promotion,
    code=st.just("CODE"),
    kind=st.sampled_from(PromotionKind),
    percent=percentages.filter(lambda percent: percent <= 100),
    amount=amounts,
)
rules = st.builds(
    lambda includes, standard, reduced, parcel, free_from: PriceRules(
        "JPY",
        includes,
        (TaxRate("DE", standard), TaxRate("DE", reduced, "reduced")),
        (ShippingMethod("Parcel", frozenset({"DE"}), parcel, free_from),),
    ),
    st.booleans(),
    percentages,
    percentages,
    amounts,
    st.none() | amounts,
)


@given(items, rules, codes)
def test_no_cent_is_lost(cart: list[PricedItem], rules: PriceRules, code: Promotion | None) -> None:
    """Sums are those of the lines, and a line is its price, its discount and its tax."""
    result = quote(cart, rules, GERMANY, NOW, promotion=code)
    assert isinstance(result, Quote)
    parts: list[QuoteLine | ShippingLine] = [*result.lines, result.shipping]
    assert result.total == sum(part.total for part in parts)
    assert result.tax == sum(part.tax for part in parts)
    assert result.discount == sum(part.discount for part in parts)
    added = 0 if rules.prices_include_tax else 1
    for line in result.lines:
        goods = line.quantity * line.unit_price
        assert 0 <= line.discount <= goods
        assert line.total == goods - line.discount + added * line.tax
        assert 0 <= line.tax <= line.total
    goods = sum(line.quantity * line.unit_price for line in result.lines)
    assert result.total == goods + result.shipping.price - result.discount + added * result.tax


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_a_split_has_no_remainder(total: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="cannot be split"):
            allocate(total + 1, weights)
        return
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert part <= weight or total > sum(weights)


@given(st.data(), amounts, st.integers(1, 99))
def test_the_refunds_of_a_line_add_up(data: st.DataObject, total: int, quantity: int) -> None:
    refunded = before = 0
    while before < quantity:
        units = data.draw(st.integers(1, quantity - before))
        amount = refund_amount(total, quantity, before, units)
        assert amount >= 0
        refunded, before = refunded + amount, before + units
    assert refunded == total


@pytest.mark.parametrize(("before", "units"), [(0, 0), (3, 1), (2, 2), (-1, 1)])
def test_more_than_the_line_is_never_refunded(before: int, units: int) -> None:
    with pytest.raises(ValueError, match="cannot refund"):
        refund_amount(1000, 3, before, units)


@given(st.fractions(max_denominator=10**6))
def test_half_a_unit_is_rounded_away_from_zero(amount: Fraction) -> None:
    rounded = round_half_up(amount)
    assert abs(rounded - amount) <= Fraction(1, 2)
    assert round_half_up(-amount) == -rounded
    if abs(rounded - amount) == Fraction(1, 2):
        assert abs(rounded) > abs(amount)


def test_the_shop_computes_without_floats() -> None:
    """A float in a sum of money is a lost cent for somebody."""
    folder = Path(platform_core.commerce.__path__[0])
    found = [
        f"{file.name}: {ast.unparse(node)}"
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if makes_float(node)
    ]
    assert found == []


def makes_float(node: ast.AST) -> bool:
    """Return whether an expression is a float, or a division that may be one."""
    match node:
        case ast.Constant(value=float()) | ast.Name(id="float"):
            return True
        case ast.BinOp(op=ast.Div()):
            text = ast.unparse(node)
            return "Fraction" not in text and "percent" not in text
        case _:
            return False
