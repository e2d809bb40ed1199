"""Former path of the `webhooks` modules, kept for the providers of third parties."""

from platform_core.webhooks.body import key_of, strict_json
from platform_core.webhooks.request import MAX_BODY, WEBHOOK_SECRET, Delivery, Request
from platform_core.webhooks.secrets import Secrets, SecretStore

__all__ = [
    "MAX_BODY",
    "WEBHOOK_SECRET",
    "Delivery",
    "Request",
    "SecretStore",
    "Secrets",
    "key_of",
    "strict_json",
]
