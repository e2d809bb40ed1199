"""Who proves a delivery: GitHub its body, TinaCloud nothing but that it knows a header.

TinaCloud documents neither a signature nor a time (tina.io, TinaCloud, Webhooks, last edited
2025-04-24), only headers of one's own. Its `eventId` stands in the body, and so in the key.
"""

from platform_core.choice import BySetting
from platform_core.providers._git import webhook as git
from platform_core.signature import StaticHeader
from platform_core.webhook import Request, strict_json

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
