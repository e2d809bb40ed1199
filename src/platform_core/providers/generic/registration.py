"""How a sender of one's own learns where to deliver: nobody but its makers can tell it."""

from collections.abc import Sequence

from platform_core.provider import Context
from platform_core.webhook import WEBHOOK_SECRET


def instructions(context: Context, address: str) -> Sequence[str]:
    """For whoever runs the sender."""
    return (
        f"Have the sender POST to {address}, by the specification at standardwebhooks.com.",
        f"Secret: the value of {WEBHOOK_SECRET} that this client has, whsec_ and base64.",
        "Body: type content.updated with an item as data, or content.deleted with its id; both "
        "with a timestamp.",
        "Send again what is not answered with 2xx, under the same webhook-id.",
    )
