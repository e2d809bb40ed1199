"""How WooCommerce learns where to deliver: a webhook for each topic, by its REST API.

A webhook that failed more than five times in a row is disabled and stays so. Its secret is never
shown again, so each registering tells it anew.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.errors import VendorRefused
from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers.reading import Json
from platform_core.providers.woocommerce import rest
from platform_core.providers.woocommerce.settings import Settings
from platform_core.webhook import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
WEBHOOKS: Final = "webhooks"
TOPICS: Final = (
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
    "order.created",
    "order.updated",
    "order.deleted",
)
_ACTIVE: Final = "active"
_TROUBLE: Final[Mapping[str, str]] = {
    _ACTIVE: "",
    "paused": "paused by a person",
    "disabled": "disabled after too many failures",
}


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in WordPress."""
    store = cast("Settings", context.settings).store_url
    return (
        f"Open {store}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=webhooks.",
        f"Add a webhook for each of these topics: {', '.join(TOPICS)}.",
        f"Status: Active; delivery URL: {address}.",
        f"Secret: the value of {WEBHOOK_SECRET} that this client has; API version: WP REST API "
        "Integration v3.",
        "Save each; the shop says hello at once, and a webhook that is answered stays active.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Every webhook of the shop."""
    return tuple(_hook(each) for each in _all(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    known = {each["topic"]: each for each in _all(context) if each.get("delivery_url") == address}
    made = [_ensured(context, topic, address, known.get(topic)) for topic in TOPICS]
    return tuple(_hook(each) for each in made)


def _all(context: Context) -> list[Json]:
    wanted = {"status": "all", "orderby": "id", "order": "asc"}
    return list(rest.pages(context, WEBHOOKS, wanted, token=MANAGE_TOKEN))


def _ensured(context: Context, topic: str, address: str, known: Json | None) -> Json:
    """The webhook as it should be: the one that is there, mended, or a new one."""
    wanted = {"status": _ACTIVE, "secret": context.secret(WEBHOOK_SECRET)}
    if known is None:
        new = wanted | {"name": f"Site: {topic}", "topic": topic, "delivery_url": address}
        response = rest.call(context, "POST", WEBHOOKS, body=new, token=MANAGE_TOKEN)
    else:
        path = f"{WEBHOOKS}/{known['id']}"
        response = rest.call(context, "PUT", path, body=wanted, token=MANAGE_TOKEN)
    made = reading.part(reading.answer(response, absent=()))
    if not made:
        raise VendorRefused("the vendor made no webhook, and does not say why")
    return made


def _hook(node: Json) -> Hook:
    status = str(node.get("status"))
    return Hook(
        id=str(node.get("id")),
        address=str(node.get("delivery_url")),
        topics=(str(node.get("topic")),),
        active=status == _ACTIVE,
        trouble=_TROUBLE.get(status, status),
    )
