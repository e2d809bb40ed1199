"""Describes the webhook to the developers of a custom sender: there is no API to register it."""

from collections.abc import Sequence

from platform_core.provider import Context
from platform_core.webhooks.request import WEBHOOK_SECRET


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps for the developers of the sender."""
    return (
        f"Have the sender POST to {address}, following the specification at standardwebhooks.com.",
        f"Secret: the value of {WEBHOOK_SECRET} that this client has, whsec_ and base64.",
        "Body: type content.updated with an item as data, or content.deleted with its id; both "
        "with a timestamp.",
        "Retry deliveries without a 2xx response, with the same webhook-id.",
    )
