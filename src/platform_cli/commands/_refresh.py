"""`platform cost --refresh`: AWS's prices as it lists them today, shown before they are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platform_cli.errors import Finding, PlatformError
from platform_cli.screen import Data, Screen
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.resolve.cost.book import PriceBook
    from platform_cli.resolve.cost.refresh import Change, Comparison


class InDoubt(PlatformError):
    """What AWS lists cannot simply be taken over; carries each price that is in doubt."""

    def __init__(self, doubts: list[Finding]) -> None:
        super().__init__(
            f"nothing is written: it is in doubt what AWS asks ({len(doubts)} of the prices)",
            hint="--refresh --accept takes the jumps, and leaves the others as they are",
        )
        self.findings = (*doubts, *self.findings)


def refresh(session: Session, accept: bool, *, base_url: str | None = None) -> Data:
    """Data: {file, changed: [{price, old, new, per, unit, sku, published}], confirmed, left}.

    Raises `InDoubt`, with nothing written, where the list is ambiguous or a price jumps; `accept`
    takes the jumps. What is not told for sure is left as it is.
    """
    from platform_cli.deploy import offers
    from platform_cli.resolve.cost import book as books
    from platform_cli.resolve.cost.refresh import compare, overlay, wanted
    from platform_cli.workspace import write_whole

    screen = session.screen
    file = session.workspace.root / books.OWN
    book = books.load(session.workspace.root)
    with screen.step("Reading AWS's price list") as step:
        read = offers.fetch(wanted(book), step.note, base_url=base_url or offers.BASE_URL)
    found = compare(book, read)
    changed = [_told(book, change) for change in found.changes if change.differs]
    _show(screen, changed)
    doubts = [*found.doubts, *_jumps(found, book)]
    if doubts and not accept:
        raise InDoubt(doubts)
    left = (*found.doubts, *found.missing)
    for each in left:
        screen.warn(f"left as it is: {each.where}: {each.message}")
    if not found.changes:
        raise PlatformError("nothing is written: AWS's price list tells none of the prices")
    write_whole(file, overlay(book, found.changes, datetime.now(UTC).date()))
    confirmed = len(found.changes) - len(changed)
    screen.say(f"{file}: {len(changed)} changed, {confirmed} confirmed")
    return {
        "file": str(file),
        "changed": changed,
        "confirmed": confirmed,
        "left": [finding.where for finding in left],
    }


def _told(book: "PriceBook", change: "Change") -> dict[str, object]:
    price = book[change.key]
    return {
        "price": change.key,
        "old": str(change.old),
        "new": str(change.new),
        "per": price.per,
        "unit": price.unit,
        "sku": change.sku,
        "published": change.published.isoformat(),
    }


def _show(screen: Screen, changed: list[dict[str, object]]) -> None:
    columns = ["price", "old", "new", "per", "unit", "published"]
    if changed:
        rows = [[row[name] for name in columns] for row in changed]
        screen.table("What AWS asks otherwise", columns, rows)


def _jumps(found: "Comparison", book: "PriceBook") -> Iterator[Finding]:
    from platform_cli.resolve.cost.refresh import MOST_TIMES

    for change in found.changes:
        if change.jumps:
            price = book[change.key]
            yield Finding(
                f"it jumps more than {MOST_TIMES} times, from {change.old} to {change.new}"
                f" dollars for {price.per:,} {price.unit}",
                where=change.key,
            )
