"""Mutants of the shop.

101 to 122 leave out a correction that a model check of its plan found, F1 to F22. From 131 on they
are known faults of other shops.
"""

from tests.assurance.mutants.mutant import Mutant

SHOP = "src/platform_core/commerce"
FLOWS = f"{SHOP}/flows"
SETTLE = f"{FLOWS}/settle_payment.py"
DECIDE = f"{SHOP}/orders/decide.py"
STATES = f"{SHOP}/orders/states.py"
TESTS = "tests/core/flows"
LATE = (f"{TESTS}/test_late_payments.py",)
CANCEL = (f"{TESTS}/test_cancel_order.py",)
REFUND = (f"{TESTS}/test_refund_order.py",)
RESERVE = (f"{TESTS}/test_reserve_stock.py",)
REVIEW = (f"{TESTS}/test_review_payment.py",)
SETTLEMENT = (f"{TESTS}/test_settle_payment.py",)

MUTANTS = (
    Mutant(
        101, "a paid filling of a cart is bought again", f"{FLOWS}/reserve_stock.py",
        "        if order is None or order.state not in BOUGHT:", "        if True:", RESERVE,
    ),
    Mutant(
        102, "a free order is refunded", f"{FLOWS}/cancel_order.py",
        "    if not order.refundable:\n        return writes\n", "", CANCEL,
    ),
    Mutant(
        103, "a refunded late payment is accepted later", DECIDE,
        "    if session.status is not PaymentStatus.PAID or order.captured:",
        "    if session.status is not PaymentStatus.PAID:", LATE,
    ),
    Mutant(
        104, "the capture of a late payment is not recorded", SETTLE,
        "_cause(deps, reason), captured=captured, refundable=0)",
        "_cause(deps, reason), refundable=0)", LATE,
    ),
    Mutant(
        105, "a late payment buys a cart that another order has bought", SETTLE,
        "    if cart.open_order != order.id or not is_in_stock:", "    if not is_in_stock:", LATE,
    ),
    Mutant(
        105, "a late payment leaves the cart's version", SETTLE,
        "[*transition_writes(change, levels), count_number(number), cart_changes.save(cart, cart)]",
        "[*transition_writes(change, levels), count_number(number)]", LATE,
    ),
    Mutant(
        107, "a repeated refund is posted without a look", f"{FLOWS}/refund_order.py",
        "    known = _find(deps, refund)\n", "    known = None\n", REFUND,
    ),
    Mutant(
        108, "a withdrawn refund stays counted", f"{SHOP}/orders/refunds.py",
        "    refunded = -refund.amount if was_counted else 0\n", "    refunded = 0\n", REFUND,
    ),
    Mutant(
        109, "an accepted order takes new stock", STATES,
        "Transition(_S.NEEDS_REVIEW, _S.PAID, _STAFF, StockMove.SELL_RESERVED)",
        "Transition(_S.NEEDS_REVIEW, _S.PAID, _STAFF)", REVIEW,
    ),
    Mutant(
        110, "a late payment of another amount is accepted", DECIDE,
        "    if reason := find_mismatch(order, session):\n"
        "        return Decision(PaymentStep.REFUND_LATE_PAYMENT, reason)\n",
        "", LATE,
    ),
    Mutant(
        111, "an order in review frees its cart", STATES,
        "frozenset({*UNFINISHED, OrderState.NEEDS_REVIEW})", "frozenset(UNFINISHED)", REVIEW,
    ),
    Mutant(
        113, "returned units come back twice", f"{FLOWS}/transaction.py",
        "units = line.quantity - line.returned\n", "units = line.quantity\n", CANCEL,
    ),
    Mutant(
        114, "a remembered error keeps the stock for a day", SETTLE,
        "    if deps.clock() >= stored.expires_at:",
        "    if deps.clock() >= stored.expires_at + 86_400:", SETTLEMENT,
    ),
    Mutant(
        115, "an order without a reference ends unasked", DECIDE,
        "        return Decision(PaymentStep.CREATE_SESSION)\n",
        "        return Decision(\n"
        "            PaymentStep.EXPIRE if is_ending else PaymentStep.CREATE_SESSION\n        )\n",
        CANCEL,
    ),
    Mutant(
        116, "an overdue free order gets a payment page", DECIDE,
        "    if order.state is OrderState.RESERVED and not order.total:",
        "    if order.state is OrderState.RESERVED and not order.total and not is_ending:", LATE,
    ),
    Mutant(
        117, "a paid order whose message is lost waits for ever", SETTLE,
        "        captured=captured,\n        refundable=captured,\n        number=number,\n"
        "        payment_state=PaymentState.CAPTURED,\n"
        "        due_at=deps.clock() + PROCESS_SECONDS,\n",
        "        captured=captured,\n        refundable=captured,\n        number=number,\n"
        "        payment_state=PaymentState.CAPTURED,\n        due_at=None,\n",
        (f"{TESTS}/test_process_order.py",),
    ),
    Mutant(
        118, "an order in review forgets its page", SETTLE,
        "        payment_reference=reference,\n",
        "        payment_reference=order.payment_reference,\n", REVIEW,
    ),
    Mutant(
        119, "a page of an order that ended stays open", SETTLE,
        "    if not is_used and not is_waiting:", "    if False:", LATE,
    ),
    Mutant(
        121, "a rejected order keeps its code", STATES,
        "Transition(_S.NEEDS_REVIEW, _S.EXPIRED, _STAFF, StockMove.RELEASE, CodeUse.GIVE_BACK)",
        "Transition(_S.NEEDS_REVIEW, _S.EXPIRED, _STAFF, StockMove.RELEASE)", LATE,
    ),
    Mutant(
        122, "a stock that owes units denies orders", f"{SHOP}/inventory/moves.py",
        '    conditions = (AtLeast("available", 0),) if policy is StockPolicy.DENY else ()\n',
        "    conditions = ()\n", RESERVE,
    ),
    Mutant(
        131, "stock is released before the page is closed", DECIDE,
        "PaymentStep.CLOSE_SESSION if is_due or is_ending",
        "PaymentStep.EXPIRE if is_due or is_ending", SETTLEMENT,
    ),
    Mutant(
        132, "a payment that is processed counts as paid", DECIDE,
        "            return Decision(PaymentStep.MARK_PROCESSING)\n",
        "            return Decision(PaymentStep.MARK_PAID)\n", SETTLEMENT,
    ),
    Mutant(
        133, "the client's total is charged", f"{FLOWS}/reserve_stock.py",
        "    if priced.total != draft.expected_total:", "    if False:", RESERVE,
    ),
    Mutant(
        134, "the uses of a code are counted without its limit", f"{SHOP}/promotions/uses.py",
        '    return () if limit is None else (Below("used", limit),)', "    return ()", RESERVE,
    ),
    Mutant(
        135, "each try has a key of its own", f"{FLOWS}/ports.py",
        'return f"pay-{self.order_id}-1"', 'return f"pay-{self.order_id}-{id(self)}"', SETTLEMENT,
    ),
    Mutant(
        136, "stock is read first and written without a condition", f"{SHOP}/inventory/moves.py",
        '        return (policy, AtLeast("available", units))\n',
        "        return (policy,)\n", RESERVE,
    ),
    Mutant(
        137, "a cancelled order can be refunded again", f"{FLOWS}/cancel_order.py",
        "        refundable=0,\n", "", REFUND,
    ),
    Mutant(
        138, "a discount loses cents", "src/platform_core/content/money.py",
        "        parts[at] += 1\n", "        parts[at] += 0\n",
        ("tests/core/commerce/test_pricing.py",),
    ),
)  # fmt: skip
