"""How Shopify learns where to deliver: one subscription for each topic, made by the app itself.

The secret is the app's client secret: registering sets none. A subscription that failed eight
times in a row is deleted by Shopify, so what lacks is made anew.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.errors import VendorRefused
from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers._shopify import graphql
from platform_core.providers._shopify.orders import TOTALS
from platform_core.providers._shopify.settings import Settings
from platform_core.providers.reading import Json

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
EVERYTHING: Final[tuple[str, ...]] = ()
_ORDER: Final = ("id", "updated_at", "line_items", *TOTALS)
_REFUND: Final = ("id", "order_id", "created_at", "refund_line_items")
TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "PRODUCTS_CREATE": EVERYTHING,
    "PRODUCTS_UPDATE": EVERYTHING,
    "PRODUCTS_DELETE": EVERYTHING,
    "COLLECTIONS_CREATE": EVERYTHING,
    "COLLECTIONS_UPDATE": EVERYTHING,
    "COLLECTIONS_DELETE": EVERYTHING,
    "INVENTORY_LEVELS_CONNECT": EVERYTHING,
    "INVENTORY_LEVELS_UPDATE": EVERYTHING,
    "INVENTORY_LEVELS_DISCONNECT": EVERYTHING,
    "ORDERS_CREATE": _ORDER,
    "ORDERS_UPDATED": _ORDER,
    "ORDERS_DELETE": EVERYTHING,
    "REFUNDS_CREATE": _REFUND,
}
"""What we are told of, and the fields that we ask for: of an order nothing about the person."""

_NODE: Final = "id topic uri format includeFields"
SUBSCRIPTIONS: Final = (
    "query Subscriptions($after: String) { webhookSubscriptions(first: 100, after: $after) "
    f"{{ nodes {{ {_NODE} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
CREATE: Final = (
    "mutation Subscribe($topic: WebhookSubscriptionTopic!, $wanted: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionCreate(topic: $topic, webhookSubscription: $wanted) "
    f"{{ webhookSubscription {{ {_NODE} }} userErrors {{ field message }} }} }}"
)
UPDATE: Final = (
    "mutation Mend($id: ID!, $wanted: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionUpdate(id: $id, webhookSubscription: $wanted) "
    f"{{ webhookSubscription {{ {_NODE} }} userErrors {{ field message }} }} }}"
)


def instructions(context: Context, address: str) -> Sequence[str]:
    """For a shop without an app of its own."""
    store = cast("Settings", context.settings).store_domain.removesuffix(".myshopify.com")
    return (
        f"Open https://admin.shopify.com/store/{store}/settings/notifications/webhooks.",
        f"For each of these events, create a webhook with the format JSON and the URL {address}.",
        "Product creation, update and deletion; collection creation, update and deletion.",
        "Inventory level connect, update and disconnect; order creation, update and deletion; "
        "refund creation.",
        "Copy the key that the page shows below the webhooks: it is the secret webhook_secret.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """The subscriptions of the app that the token belongs to; Shopify shows it no others."""
    return tuple(_hook(each) for each in _subscriptions(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    known = {each["topic"]: each for each in _subscriptions(context) if each.get("uri") == address}
    made = [_ensured(context, topic, address, known.get(topic)) for topic in TOPICS]
    return tuple(_hook(each) for each in made)


def _subscriptions(context: Context) -> list[Json]:
    found = graphql.pages(context, SUBSCRIPTIONS, ("webhookSubscriptions",), token=MANAGE_TOKEN)
    return list(found)


def _ensured(context: Context, topic: str, address: str, known: Json | None) -> Json:
    """The subscription as it should be: the one that is there, mended, or a new one."""
    wanted = {"uri": address, "format": "JSON", "includeFields": list(TOPICS[topic])}
    if known is None:
        asked = {"topic": topic, "wanted": wanted}
        return _changed(context, CREATE, asked, "webhookSubscriptionCreate")
    if {name: known.get(name) or [] for name in wanted} == wanted:
        return known
    asked = {"id": known["id"], "wanted": wanted}
    return _changed(context, UPDATE, asked, "webhookSubscriptionUpdate")


def _changed(context: Context, query: str, asked: Mapping[str, object], field: str) -> Json:
    """What a mutation made. Its refusals stand in its answer."""
    answer = reading.part(graphql.ask(context, query, asked, MANAGE_TOKEN).get(field))
    made = reading.part(answer.get("webhookSubscription"))
    if refusals := reading.records(answer.get("userErrors")):
        raise VendorRefused(f"the vendor refused the webhook: {refusals[0].get('message')}")
    if not made:
        raise VendorRefused("the vendor made no webhook, and does not say why")
    return made


def _hook(node: Json) -> Hook:
    return Hook(
        id=str(node.get("id")),
        address=str(node.get("uri")),
        topics=(str(node.get("topic")),),
        trouble="" if node.get("format") == "JSON" else "sends another format than JSON",
    )
