"""The secrets of a Shopify app, whatever the shop's plan."""

from typing import Final

from platform_core.provider import Needs, SecretNeed

NEEDS: Final = Needs(
    secrets=(
        SecretNeed(
            "webhook_secret",
            "the client secret of the app that makes the webhooks (for webhooks made in the "
            "admin: the key under Settings, Notifications, Webhooks)",
        ),
        SecretNeed(
            "read_token",
            "the Admin API access token of that app, with read_products and read_inventory",
        ),
        SecretNeed(
            "manage_token",
            "that app's access token once more, with read_orders besides: to register webhooks",
            required=False,
        ),
    ),
)
