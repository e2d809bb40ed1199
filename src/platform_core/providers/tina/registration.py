"""Registers the repository's webhook. TinaCloud has no documented API, so its own is manual."""

from collections.abc import Sequence
from typing import cast

from platform_core.errors import Refused
from platform_core.provider import Context, Hook
from platform_core.providers._git import api, registration
from platform_core.providers.tina.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET

MANAGE_TOKEN = api.MANAGE_TOKEN


def instructions(context: Context, address: str) -> Sequence[str]:
    if not _is_tinacloud(context):
        return registration.instructions(context, address)
    settings = cast("Settings", context.settings)
    return (
        "Open the project on app.tina.io, and choose Webhooks, Add Webhook.",
        f"Enter a name, {address} as the server URL, and {settings.branch} as the target branch.",
        "Add the header Authorization, with the value Bearer, a space, and the value that this "
        f"client has as {WEBHOOK_SECRET}.",
        "Save, change a document, and check in Webhooks, Logs that the response was 200.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    _refuse_tinacloud_webhooks(context)
    return registration.hooks(context)


def register(context: Context, address: str) -> Sequence[Hook]:
    _refuse_tinacloud_webhooks(context)
    return registration.register(context, address)


def _is_tinacloud(context: Context) -> bool:
    return cast("Settings", context.settings).webhooks == "tinacloud"


def _refuse_tinacloud_webhooks(context: Context) -> None:
    """Raise `Refused` if the webhooks come from TinaCloud."""
    if _is_tinacloud(context):
        raise Refused("TinaCloud has no API for webhooks")
