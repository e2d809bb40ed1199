"""Refresh a workspace's price book from AWS's public price list.

First `fetch_price_update` reads the list and compares it, then `save_price_update` writes the
changes. Between the two calls a person can look at them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.cost.price_book import WORKSPACE_FILE, PriceBook, UnitPrice, load_price_book
from platform_cli.cost.price_refresh import (
    JUMP_FACTOR,
    PriceChange,
    PriceComparison,
    compare_prices,
    prices_by_offer_file,
    render_price_file,
)
from platform_cli.errors import Finding, PlatformError
from platform_cli.targets import aws_price_list
from platform_cli.workspace import write_atomically


class UncertainPrices(PlatformError):
    """AWS's list has ambiguous prices or large jumps. Carries a finding for each of them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        uncertain = tuple(findings)
        super().__init__(
            f"no price was written: {len(uncertain)} prices of AWS's list are uncertain",
            hint="--refresh --accept accepts the jumps and leaves ambiguous prices unchanged",
        )
        self.findings = (*uncertain, *self.findings)


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """AWS's prices compared with the workspace's price book; nothing is written yet."""

    file: Path
    book: PriceBook
    comparison: PriceComparison

    @property
    def changed(self) -> list[tuple[UnitPrice, PriceChange]]:
        """The prices that differ, each with its change."""
        return [
            (self.book[change.key], change) for change in self.comparison.changes if change.differs
        ]

    @property
    def confirmed(self) -> int:
        """Number of prices that AWS lists as the book has them."""
        return len(self.comparison.changes) - len(self.changed)

    @property
    def unchanged(self) -> tuple[Finding, ...]:
        """The prices that stay as they are, because the list is ambiguous or lacks them."""
        return (*self.comparison.ambiguous, *self.comparison.missing)


def fetch_price_update(
    *,
    workspace: WorkspacePath = None,
    progress: Progress = NO_PROGRESS,
    base_url: str = aws_price_list.BASE_URL,
) -> PriceUpdate:
    """Read AWS's price list and compare it with the workspace's price book.

    Raises `OffersUnavailable`.
    """
    root = open_workspace(workspace).root
    book = load_price_book(root)
    with progress.step("Reading AWS's price list") as step:
        offer_files = aws_price_list.fetch_offers(
            prices_by_offer_file(book), step.note, base_url=base_url
        )
    return PriceUpdate(root / WORKSPACE_FILE, book, compare_prices(book, offer_files))


def save_price_update(update: PriceUpdate, *, accept_jumps: bool = False) -> None:
    """Write the prices to the workspace's `prices.yaml`.

    Raises `UncertainPrices`, and writes nothing, if the list is ambiguous or a price jumps.
    `accept_jumps` accepts the jumps and leaves ambiguous prices unchanged.
    """
    comparison = update.comparison
    uncertain = [*comparison.ambiguous, *_find_jumps(update)]
    if uncertain and not accept_jumps:
        raise UncertainPrices(uncertain)
    if not comparison.changes:
        raise PlatformError("no price was written: AWS's price list contains none of them")
    today = datetime.now(UTC).date()
    write_atomically(update.file, render_price_file(update.book, comparison.changes, today))


def _find_jumps(update: PriceUpdate) -> Iterator[Finding]:
    for change in update.comparison.changes:
        if change.jumps:
            price = update.book[change.key]
            yield Finding(
                f"the price changes by more than a factor of {JUMP_FACTOR}, from {change.old} to"
                f" {change.new} dollars for {price.per:,} {price.unit}",
                where=change.key,
            )
