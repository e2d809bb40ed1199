"""Describes how to register the webhook by hand.

Strapi's API for webhooks requires an administrator's session instead of an API token
(strapi/documentation @ 0248827, read for 2026-11-20), and storing such a session is not safe.
"""

from collections.abc import Sequence
from typing import cast

from platform_core.provider import Context
from platform_core.providers.strapi.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in Strapi's admin panel."""
    settings = cast("Settings", context.settings)
    return (
        f"Open {settings.url}/admin/settings/webhooks and create a webhook.",
        f"URL: {address}.",
        "Header: Authorization, with the word Bearer, a space, and the value that this client has "
        f"as {WEBHOOK_SECRET}.",
        "Events: under Entry all of create, update, delete, publish and unpublish; under Media "
        "update and delete.",
        "Save, then press Trigger: the response is a success if the header is correct.",
    )
