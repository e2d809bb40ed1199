"""One client against another way to run it: what differs, and from where on which is cheaper."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from platform_cli import engines
from platform_cli.errors import UsageError
from platform_cli.resolve.blueprint import Binding, Blueprint, Builds, Content, Webhooks
from platform_cli.resolve.compose import EVENT_DRIVEN, binding, pipeline
from platform_cli.resolve.cost.amounts import Range
from platform_cli.resolve.cost.book import PriceBook
from platform_cli.resolve.cost.estimate import Estimate, estimate
from platform_cli.resolve.cost.month import Usage
from platform_cli.spelling import near
from platform_core import providers

MODES: Final = ("direct", EVENT_DRIVEN)
WITHIN: Final[Mapping[str, int]] = {
    "orders": 100_000,
    "page_views": 100_000_000,
    "content_edits": 100_000,
    "editors": 100,
}
"""Where a break-even is looked for: from nothing to this many a month."""
STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a client."""

    label: str
    blueprint: Blueprint
    cdn: str | None = None
    """A flat-rate plan of the edge, in place of paying for what is used."""

    def cost(self, usage: Usage, book: PriceBook) -> Estimate:
        return estimate(self.blueprint, usage, book, cdn=self.cdn)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From `at` of `quantity` a month on, `cheaper` is the cheaper way; below it, the other."""

    quantity: str
    at: Decimal
    cheaper: str
    sales_usd: Decimal | None = None
    """What so many orders come to."""


def otherwise(way: Way, change: str, book: PriceBook) -> Way:
    """The same client with one thing changed: `provider=`, `engine=`, `mode=` or `cdn=`.

    Raises `UsageError`.
    """
    key, _, value = change.partition("=")
    match key:
        case "provider":
            return _with_provider(way, value)
        case "engine":
            _among("site generator", value, engines.names())
            return replace(way, label=value, blueprint=_with_engine(way.blueprint, value))
        case "mode":
            _among("mode", value, MODES)
            return replace(way, label=value, blueprint=_with_mode(way.blueprint, value))
        case "cdn":
            _among("plan of the edge", value, book.plans)
            return replace(way, label=f"CloudFront {value}", cdn=value)
    raise UsageError(
        f"nothing can be compared by {change!r}",
        hint="provider=NAME, engine=NAME, mode=direct|event_driven, cdn=" + "|".join(book.plans),
    )


def difference(one: Range, other: Range) -> Decimal:
    """How much more the other is expected to cost."""
    return other.expected - one.expected


def break_even(one: Way, other: Way, usage: Usage, book: PriceBook) -> Iterator[BreakEven]:
    """Where the two ways change places, quantity by quantity, all else as it is."""
    for quantity, most in WITHIN.items():

        def gap(at: Decimal, quantity: str = quantity) -> Decimal:
            changed: dict[str, Any] = {quantity: at}
            there = replace(usage, **changed)
            return difference(one.cost(there, book).total, other.cost(there, book).total)

        crossing = _crossing(gap, Decimal(most))
        if crossing is not None:
            cheaper = other if gap(crossing) < 0 else one
            sales = crossing * usage.average_order_usd if quantity == "orders" else None
            yield BreakEven(quantity, crossing, cheaper.label, sales)


def _crossing(gap: Callable[[Decimal], Decimal], most: Decimal) -> Decimal | None:
    """The first whole number at which the gap has another sign than at the beginning."""
    begin = Decimal(1)
    before = gap(begin) > 0
    ratio = float(most) ** (1 / STEPS)
    below = begin
    for step in range(1, STEPS + 1):
        above = Decimal(round(ratio**step))
        if above > below and (gap(above) > 0) != before:
            return _bisect(gap, below, above, before=before)
        below = above
    return None


def _bisect(
    gap: Callable[[Decimal], Decimal], below: Decimal, above: Decimal, *, before: bool
) -> Decimal:
    while above - below > 1:
        middle = (below + above) // 2
        if (gap(middle) > 0) == before:
            below = middle
        else:
            above = middle
    return above


# --- the changes --------------------------------------------------------------------------------


def _with_provider(way: Way, name: str) -> Way:
    own = providers.resolve_name(name)
    if own is None:
        raise UsageError(
            f"there is no provider {name!r}", hint=near(name, providers.provider_names())
        )
    chosen = providers.load_manifest(own)

    others = [
        each
        for each in _bindings(way.blueprint)
        if providers.load_manifest(each.provider).kind is not chosen.kind
    ]
    bindings = (*others, binding(own, {}))
    mode = EVENT_DRIVEN if others else way.blueprint.integration_mode
    return replace(way, label=chosen.label, blueprint=_bound(way.blueprint, bindings, mode))


def _bindings(blueprint: Blueprint) -> tuple[Binding, ...]:
    return next(part.bindings for part in blueprint.parts if isinstance(part, Builds))


def _bound(blueprint: Blueprint, bindings: tuple[Binding, ...], mode: str) -> Blueprint:
    """With these providers in this mode, composed as a client's file would be."""
    stores = (part.secret_store for part in blueprint.parts if isinstance(part, Webhooks))
    own = (
        replace(part, bindings=bindings) if isinstance(part, Builds) else part
        for part in blueprint.parts
        if not isinstance(part, Webhooks | Content)
    )
    store = next(stores, "ssm")
    parts = (*own, *pipeline(bindings, mode, secret_store=store))
    return replace(blueprint, integration_mode=mode, parts=parts)


def _with_engine(blueprint: Blueprint, name: str) -> Blueprint:
    parts = (
        replace(part, engine=name) if isinstance(part, Builds) else part for part in blueprint.parts
    )
    return replace(blueprint, parts=tuple(parts))


def _with_mode(blueprint: Blueprint, mode: str) -> Blueprint:
    bindings = _bindings(blueprint)
    if mode != EVENT_DRIVEN and len(bindings) > 1:
        raise UsageError("direct mode serves one provider, and this client has two")
    return _bound(blueprint, bindings, mode)


def _among(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UsageError(f"unknown {what} {name!r}", hint=near(name, known))
