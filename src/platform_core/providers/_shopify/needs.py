"""The secrets of a Shopify app, the same for all plans."""

from typing import Final

from platform_core.provider import Needs, SecretNeed

NEEDS: Final = Needs(
    erasure=True,
    secrets=(
        SecretNeed(
            "webhook_secret",
            "client secret of the app that creates the webhooks (for webhooks created in the "
            "admin: the key under Settings, Notifications, Webhooks)",
        ),
        SecretNeed(
            "read_token",
            "Admin API access token of that app, with read_products and read_inventory",
        ),
        SecretNeed(
            "manage_token",
            "access token of that app with read_orders in addition, to register webhooks",
            required=False,
        ),
    ),
)
