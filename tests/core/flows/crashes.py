"""Kill a worker at every step of a story, and let the next one finish it."""

from collections.abc import Callable
from contextlib import suppress

from tests.core.flows.invariants import check_always, check_at_rest
from tests.fakes.pipeline.steps import DEATHS
from tests.fakes.shop import ShopWorld

Story = Callable[[ShopWorld], object]


def crash_at_every_step(
    prepare: Story, act: Story, *, stock: int = 1, repeat: Story | None = None
) -> int:
    """Run a story once for each of its steps, with a crash there. Returns the number of steps.

    After the crash the invariants hold, and once time has passed every order has ended well.
    `repeat` is what a person does again, where no program finishes the work.
    """
    steps = _run(prepare, act, stock, None).step.count
    for crash_at in range(1, steps + 1):
        shop = _run(prepare, act, stock, crash_at)
        check_always(shop)
        if repeat is not None:
            repeat(shop)
        shop.finish()
        check_at_rest(shop)
    return steps


def _run(prepare: Story, act: Story, stock: int, crash_at: int | None) -> ShopWorld:
    shop = ShopWorld(stock)
    prepare(shop)
    shop.step.count, shop.step.crash_at = 0, crash_at
    with suppress(*DEATHS):
        act(shop)
    shop.step.crash_at = None
    return shop
