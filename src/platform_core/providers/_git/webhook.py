"""Verify the deliveries of Git hosts, and identify redeliveries. Imports no pydantic."""

from typing import Final

from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.composite_signatures import SignatureOrToken
from platform_core.webhooks.request import Request
from platform_core.webhooks.signatures import HmacBody, StandardWebhooks, StaticHeader

GITHUB: Final = HmacBody("x-hub-signature-256", prefix="sha256=")
# GitLab sends a signature for secrets of the form `whsec_...`, otherwise the plain token.
GITLAB: Final = SignatureOrToken(
    header="webhook-signature",
    signature=StandardWebhooks(),
    token=StaticHeader("x-gitlab-token"),
    marker=b"whsec_",
)


def topic(request: Request) -> str:
    return request.headers.get("x-github-event") or request.headers.get("x-gitlab-event", "")


def delivery_key(request: Request) -> str:
    """Return the key of a delivery: its body, which names its commit, and GitLab's signed id.

    GitHub does not sign an id, so a `webhook-id` header on its deliveries is ignored: an attacker
    could change it to replay a delivery.
    """
    if GITLAB.header in request.headers and _is_from_gitlab(request.body):
        return key_of(request.headers.get("webhook-id", ""), request.body)
    return key_of(request.body)


def _is_from_gitlab(body: bytes) -> bool:
    """Check for GitLab by the body, which is signed, instead of a header."""
    value = strict_json(body)
    return isinstance(value, dict) and "object_kind" in value
