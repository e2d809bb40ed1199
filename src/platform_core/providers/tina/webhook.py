"""Verify deliveries: GitHub signs the body, TinaCloud only sends a secret header.

TinaCloud documents no signature and no time (tina.io, TinaCloud, Webhooks, last edited 2025-04-24),
only custom headers. Its `eventId` is part of the body and therefore of the key.
"""

from platform_core.providers._git import webhook as git
from platform_core.webhooks.body import strict_json
from platform_core.webhooks.composite_signatures import BySetting
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import StaticHeader

SIGNATURE = BySetting(
    "webhooks",
    {"git": git.GITHUB, "tinacloud": StaticHeader("authorization", prefix="Bearer ")},
    default="git",
)
delivery_key = git.delivery_key


def topic(request: Request) -> str:
    body = strict_json(request.body)
    kind = body.get("type") if isinstance(body, dict) else None
    return git.topic(request) or str(kind or "")
