"""Describes how to register the webhook by hand: Snipcart has no API for it."""

from collections.abc import Sequence

from platform_core.provider import Context


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in Snipcart's dashboard. One field contains the URLs of all webhooks."""
    return (
        "Open https://app.snipcart.com/dashboard/webhooks, in the mode (Test or Live) of the "
        "client's secret key.",
        f"Add this URL, separated by a semicolon from existing ones: {address}.",
        "Do not change the webhooks of shipping rates and taxes: the checkout uses their "
        "responses, and this URL provides none.",
        "Open https://app.snipcart.com/dashboard/account/domains and add the site's own domain: "
        "Snipcart reads the product pages there before it accepts an order.",
    )
