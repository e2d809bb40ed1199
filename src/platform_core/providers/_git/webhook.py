"""How Git hosts prove a delivery, and what tells two of them apart. Loads no pydantic."""

from typing import Final

from platform_core.choice import SignatureOrToken
from platform_core.signature import HmacBody, StandardWebhooks, StaticHeader
from platform_core.webhook import Request, key_of, strict_json

GITHUB: Final = HmacBody("x-hub-signature-256", prefix="sha256=")
GITLAB: Final = SignatureOrToken(
    header="webhook-signature",
    signature=StandardWebhooks(),
    token=StaticHeader("x-gitlab-token"),
    marker=b"whsec_",
)


def topic(request: Request) -> str:
    return request.headers.get("x-github-event") or request.headers.get("x-gitlab-event", "")


def delivery_key(request: Request) -> str:
    """The body, which names its own commit; with it the id, where GitLab signs that.

    GitHub signs no id, and a header of another host on its delivery counts for nothing.
    """
    if GITLAB.header in request.headers and _is_of_gitlab(request.body):
        return key_of(request.headers.get("webhook-id", ""), request.body)
    return key_of(request.body)


def _is_of_gitlab(body: bytes) -> bool:
    said = strict_json(body)
    return isinstance(said, dict) and "object_kind" in said
