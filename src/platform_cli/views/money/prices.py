"""Views of a refresh of the price book."""

from platform_cli.api.money.prices import PriceUpdate
from platform_cli.screen import Data, Screen


def show_price_changes(screen: Screen, update: PriceUpdate) -> None:
    """Show the prices that differ from the book."""
    rows = [
        [price.key, change.old, change.new, price.per, price.unit, change.published.isoformat()]
        for price, change in update.changed
    ]
    if rows:
        columns = ["price", "old", "new", "per", "unit", "published"]
        screen.table("Changed AWS prices", columns, rows)


def show_saved_prices(screen: Screen, update: PriceUpdate) -> None:
    """Show the result of a refresh, and a warning for each price that stays unchanged."""
    for finding in update.unchanged:
        screen.warn(f"left unchanged: {finding.where}: {finding.message}")
    screen.say(f"{update.file}: {len(update.changed)} changed, {update.confirmed} confirmed")


def price_update_data(update: PriceUpdate) -> Data:
    """Return a refresh as JSON data."""
    return {
        "file": str(update.file),
        "changed": [
            {
                "price": price.key,
                "old": str(change.old),
                "new": str(change.new),
                "per": price.per,
                "unit": price.unit,
                "sku": change.sku,
                "published": change.published.isoformat(),
            }
            for price, change in update.changed
        ],
        "confirmed": update.confirmed,
        "left": [finding.where for finding in update.unchanged],
    }
