"""Register webhooks at Shopify: one subscription for each topic, owned by the app.

The webhook secret is the app's client secret, so registering sets none. Shopify deletes a
subscription after eight failed deliveries in a row; registering again creates it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.errors import VendorRefused
from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.provider_kit import parsing
from platform_core.provider_kit.parsing import Json
from platform_core.providers._shopify import graphql
from platform_core.providers._shopify.orders import TOTALS
from platform_core.providers._shopify.settings import Settings

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
ALL_FIELDS: Final[tuple[str, ...]] = ()
_ORDER: Final = ("id", "updated_at", "line_items", *TOTALS)
_REFUND: Final = ("id", "order_id", "created_at", "refund_line_items")
TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "PRODUCTS_CREATE": ALL_FIELDS,
    "PRODUCTS_UPDATE": ALL_FIELDS,
    "PRODUCTS_DELETE": ALL_FIELDS,
    "COLLECTIONS_CREATE": ALL_FIELDS,
    "COLLECTIONS_UPDATE": ALL_FIELDS,
    "COLLECTIONS_DELETE": ALL_FIELDS,
    "INVENTORY_LEVELS_CONNECT": ALL_FIELDS,
    "INVENTORY_LEVELS_UPDATE": ALL_FIELDS,
    "INVENTORY_LEVELS_DISCONNECT": ALL_FIELDS,
    "ORDERS_CREATE": _ORDER,
    "ORDERS_UPDATED": _ORDER,
    "ORDERS_DELETE": ALL_FIELDS,
    "REFUNDS_CREATE": _REFUND,
}
"""The topics and their fields. Orders are limited to fields without data of the customer."""

_NODE: Final = "id topic uri format includeFields"
SUBSCRIPTIONS: Final = (
    "query Subscriptions($after: String) { webhookSubscriptions(first: 100, after: $after) "
    f"{{ nodes {{ {_NODE} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
CREATE: Final = (
    "mutation Subscribe($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) "
    f"{{ webhookSubscription {{ {_NODE} }} userErrors {{ field message }} }} }}"
)
UPDATE: Final = (
    "mutation Update($id: ID!, $input: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionUpdate(id: $id, webhookSubscription: $input) "
    f"{{ webhookSubscription {{ {_NODE} }} userErrors {{ field message }} }} }}"
)


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps for a shop without its own app."""
    store = cast("Settings", context.settings).store_domain.removesuffix(".myshopify.com")
    return (
        f"Open https://admin.shopify.com/store/{store}/settings/notifications/webhooks.",
        f"For each of these events, create a webhook with the format JSON and the URL {address}.",
        "Product creation, update and deletion; collection creation, update and deletion.",
        "Inventory level connect, update and disconnect; order creation, update and deletion; "
        "refund creation.",
        "Copy the key that the page displays below the webhooks: it is the secret webhook_secret.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Return the subscriptions of the token's app. Shopify does not show those of other apps."""
    return tuple(_parse_hook(node) for node in _list_subscriptions(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    own = find_own_webhooks(
        context,
        address,
        _list_subscriptions(context),
        lambda node: node.get("uri"),
        lambda node: node["topic"],
    )
    existing = {topic: nodes[-1] for topic, nodes in own.items()}
    subscriptions = [
        _ensure_subscription(context, topic, address, existing.get(topic)) for topic in TOPICS
    ]
    return tuple(_parse_hook(node) for node in subscriptions)


def _list_subscriptions(context: Context) -> list[Json]:
    """List all webhook subscriptions of the app."""
    nodes = graphql.iterate_nodes(
        context, SUBSCRIPTIONS, ("webhookSubscriptions",), token=MANAGE_TOKEN
    )
    return list(nodes)


def _ensure_subscription(context: Context, topic: str, address: str, existing: Json | None) -> Json:
    """Create the subscription, or update it if it differs."""
    desired = {"uri": address, "format": "JSON", "includeFields": list(TOPICS[topic])}
    if existing is None:
        variables = {"topic": topic, "input": desired}
        return _run_mutation(context, CREATE, variables, "webhookSubscriptionCreate")
    # Leave a correct subscription alone, so that registering again changes nothing.
    if {name: existing.get(name) or [] for name in desired} == desired:
        return existing
    variables = {"id": existing["id"], "input": desired}
    return _run_mutation(context, UPDATE, variables, "webhookSubscriptionUpdate")


def _run_mutation(
    context: Context, query: str, variables: Mapping[str, object], field: str
) -> Json:
    """Run a mutation and return its subscription."""
    result = parsing.parse_object(
        graphql.run_query(context, query, variables, MANAGE_TOKEN).get(field)
    )
    subscription = parsing.parse_object(result.get("webhookSubscription"))
    # GraphQL reports a refused mutation as data, not as an error.
    if refusals := parsing.parse_objects(result.get("userErrors")):
        raise VendorRefused(f"the vendor refused the webhook: {refusals[0].get('message')}")
    if not subscription:
        raise VendorRefused("the vendor created no webhook and gave no reason")
    return subscription


def _parse_hook(node: Json) -> Hook:
    """Convert a subscription of Shopify's API."""
    return Hook(
        id=str(node.get("id")),
        address=str(node.get("uri")),
        topics=(str(node.get("topic")),),
        trouble="" if node.get("format") == "JSON" else "sends a format other than JSON",
    )
