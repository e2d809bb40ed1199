"""How Snipcart learns where to deliver: by hand, since it has no API for it."""

from collections.abc import Sequence

from platform_core.provider import Context


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in Snipcart's dashboard. One field holds the addresses of all webhooks."""
    return (
        "Open https://app.snipcart.com/dashboard/webhooks, in the mode (Test or Live) whose "
        "secret key this client has.",
        f"Add this address, with a semicolon between it and any that stands there: {address}.",
        "Leave the webhooks of shipping rates and of taxes as they are: their answers are used at "
        "checkout, and this address gives none.",
        "Open https://app.snipcart.com/dashboard/account/domains and add the site's own domain: "
        "Snipcart reads the product pages there before it takes an order.",
    )
