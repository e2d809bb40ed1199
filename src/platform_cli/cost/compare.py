"""Compare a client with a variant of itself, and find the break-even points of the two."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from platform_cli import engines
from platform_cli.blueprint.compose import EVENT_DRIVEN, binding, delivery_parts
from platform_cli.blueprint.model import Binding, Blueprint, Builds, Content, Webhooks
from platform_cli.cost.amounts import Range
from platform_cli.cost.estimate import Estimate, estimate_cost
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import PriceBook
from platform_cli.errors import UsageError
from platform_cli.suggest import did_you_mean
from platform_core import providers

MODES: Final = ("direct", EVENT_DRIVEN)
SEARCH_LIMITS: Final[Mapping[str, int]] = {
    "orders": 100_000,
    "page_views": 100_000_000,
    "content_edits": 100_000,
    "editors": 100,
}
"""Quantities that are searched for a break-even, from 1 to this many per month."""
STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Scenario:
    """One setup of a client that can be priced."""

    label: str
    blueprint: Blueprint
    cdn: str | None = None
    """A flat-rate plan of CloudFront in place of pay-as-you-go prices."""

    def estimate(self, usage: Usage, book: PriceBook) -> Estimate:
        return estimate_cost(self.blueprint, usage, book, cdn=self.cdn)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The monthly quantity from which `cheaper` is the cheaper scenario; below it, the other."""

    quantity: str
    at: Decimal
    cheaper: str
    sales_usd: Decimal | None = None
    """Sales at that number of orders."""


def make_variant(scenario: Scenario, change: str, book: PriceBook) -> Scenario:
    """Return the scenario with one change: `provider=`, `engine=`, `mode=` or `cdn=`.

    Raises `UsageError`.
    """
    key, _, value = change.partition("=")
    match key:
        case "provider":
            return _with_provider(scenario, value)
        case "engine":
            _require_known("site generator", value, engines.engine_names())
            return replace(scenario, label=value, blueprint=_with_engine(scenario.blueprint, value))
        case "mode":
            _require_known("mode", value, MODES)
            return replace(scenario, label=value, blueprint=_with_mode(scenario.blueprint, value))
        case "cdn":
            _require_known("CDN plan", value, book.plans)
            return replace(scenario, label=f"CloudFront {value}", cdn=value)
    raise UsageError(
        f"cannot compare by {change!r}",
        hint="provider=NAME, engine=NAME, mode=direct|event_driven, cdn=" + "|".join(book.plans),
    )


def expected_difference(first: Range, second: Range) -> Decimal:
    """Return by how much the second amount is expected to be higher."""
    return second.expected - first.expected


def find_break_evens(
    first: Scenario, second: Scenario, usage: Usage, book: PriceBook
) -> Iterator[BreakEven]:
    """Yield the break-even point of each quantity, with all other quantities unchanged."""
    for quantity, limit in SEARCH_LIMITS.items():

        def difference(value: Decimal, quantity: str = quantity) -> Decimal:
            changes: dict[str, Any] = {quantity: value}
            changed_usage = replace(usage, **changes)
            return expected_difference(
                first.estimate(changed_usage, book).total,
                second.estimate(changed_usage, book).total,
            )

        crossing = _find_sign_change(difference, Decimal(limit))
        if crossing is not None:
            cheaper = second if difference(crossing) < 0 else first
            sales = crossing * usage.average_order_usd if quantity == "orders" else None
            yield BreakEven(quantity, crossing, cheaper.label, sales)


def _find_sign_change(difference: Callable[[Decimal], Decimal], limit: Decimal) -> Decimal | None:
    """Return the first whole number at which the sign differs from the sign at 1."""
    lower = Decimal(1)
    initially_positive = difference(lower) > 0
    # Geometric steps: costs change by orders of magnitude, so equal steps would miss small values.
    ratio = float(limit) ** (1 / STEPS)
    for step in range(1, STEPS + 1):
        upper = Decimal(round(ratio**step))
        if upper > lower and (difference(upper) > 0) != initially_positive:
            return _bisect(difference, lower, upper, initially_positive=initially_positive)
        lower = upper
    return None


def _bisect(
    difference: Callable[[Decimal], Decimal],
    lower: Decimal,
    upper: Decimal,
    *,
    initially_positive: bool,
) -> Decimal:
    while upper - lower > 1:
        middle = (lower + upper) // 2
        if (difference(middle) > 0) == initially_positive:
            lower = middle
        else:
            upper = middle
    return upper


# --- the changes --------------------------------------------------------------------------------


def _with_provider(scenario: Scenario, name: str) -> Scenario:
    own_name = providers.resolve_name(name)
    if own_name is None:
        raise UsageError(
            f"there is no provider {name!r}", hint=did_you_mean(name, providers.provider_names())
        )
    manifest = providers.load_manifest(own_name)

    # The new provider replaces the one of its kind; a provider of the other kind stays.
    other_bindings = [
        bound
        for bound in _bindings(scenario.blueprint)
        if providers.load_manifest(bound.provider).kind is not manifest.kind
    ]
    bindings = (*other_bindings, binding(own_name, {}))
    mode = EVENT_DRIVEN if other_bindings else scenario.blueprint.integration_mode
    blueprint = _with_bindings(scenario.blueprint, bindings, mode)
    return replace(scenario, label=manifest.label, blueprint=blueprint)


def _bindings(blueprint: Blueprint) -> tuple[Binding, ...]:
    return next(part.bindings for part in blueprint.parts if isinstance(part, Builds))


def _with_bindings(blueprint: Blueprint, bindings: tuple[Binding, ...], mode: str) -> Blueprint:
    """Compose the blueprint with these providers and this mode, as from a client's file."""
    other_parts = (
        replace(part, bindings=bindings) if isinstance(part, Builds) else part
        for part in blueprint.parts
        if not isinstance(part, Webhooks | Content)
    )
    parts = (*other_parts, *delivery_parts(blueprint, bindings, mode))
    return replace(blueprint, integration_mode=mode, parts=parts)


def _with_engine(blueprint: Blueprint, name: str) -> Blueprint:
    parts = (
        replace(part, engine=name) if isinstance(part, Builds) else part for part in blueprint.parts
    )
    return replace(blueprint, parts=tuple(parts))


def _with_mode(blueprint: Blueprint, mode: str) -> Blueprint:
    bindings = _bindings(blueprint)
    if mode != EVENT_DRIVEN and len(bindings) > 1:
        raise UsageError("direct mode supports one provider, and this client has two")
    return _with_bindings(blueprint, bindings, mode)


def _require_known(kind: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UsageError(f"unknown {kind} {name!r}", hint=did_you_mean(name, known))
