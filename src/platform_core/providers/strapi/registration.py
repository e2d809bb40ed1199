"""How Strapi learns where to deliver: a person tells it.

Its API for webhooks takes an administrator's own session and no API token (strapi/documentation @
0248827, read for 2026-11-20), and a session is nothing for a machine to hold.
"""

from collections.abc import Sequence
from typing import cast

from platform_core.provider import Context
from platform_core.providers.strapi.settings import Settings
from platform_core.webhook import WEBHOOK_SECRET


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in Strapi's admin panel."""
    settings = cast("Settings", context.settings)
    return (
        f"Open {settings.url}/admin/settings/webhooks and create a webhook.",
        f"URL: {address}.",
        "Header: Authorization, with the word Bearer, a space, and the value of "
        f"{WEBHOOK_SECRET} that this client has.",
        "Events: under Entry all of create, update, delete, publish and unpublish; under Media "
        "update and delete.",
        "Save, then press Trigger: the answer is a success if the header is right.",
    )
