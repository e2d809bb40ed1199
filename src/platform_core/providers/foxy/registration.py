"""How Foxy learns where to deliver: a webhook for each kind of resource, by its API.

Twelve failures in a row switch a webhook off, and what it missed is not sent again: registering
switches it on. Foxy signs with the key that it is told here.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers.foxy import hapi
from platform_core.providers.foxy.settings import Settings
from platform_core.providers.reading import Json
from platform_core.webhook import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
RESOURCES: Final[Mapping[str, str]] = {"transaction": "zoom=items", "subscription": ""}
"""What we are told of, and what is embedded in it: of the customer nothing."""


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in Foxy's admin."""
    store = cast("Settings", context.settings).store_domain
    return (
        f"Open https://admin.foxy.io, the store {store}, Settings, Integrations, Webhooks.",
        "Create two webhooks of the format JSON: one for transactions with the query zoom=items, "
        "one for subscriptions with none.",
        f"URL of both: {address}.",
        f"Encryption key of both: the value of {WEBHOOK_SECRET} that this client has.",
        "Leave the pre-payment webhook as it is: its answer is used at checkout.",
        "Under Settings, Cart, switch on cart validation, and keep its secret as store_secret.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Every webhook of the store."""
    store = hapi.Store(context, context.secret(MANAGE_TOKEN))
    return tuple(_hook(each) for each in store.hooks())


def register(context: Context, address: str) -> Sequence[Hook]:
    """Make the webhooks that lack, mend and switch on those at the address.

    The key is told each time: what Foxy has may be an older one.
    """
    store = hapi.Store(context, context.secret(MANAGE_TOKEN))
    known = {
        _resource(each): _self(each)
        for each in store.hooks()
        if each.get("url") == address and _self(each)
    }
    for resource in RESOURCES:
        wanted = _wanted(context, resource, address)
        if at := known.get(resource):
            store.ask("PATCH", at, wanted)
        else:
            store.ask("POST", store.webhooks, wanted)
    return tuple(each for each in map(_hook, store.hooks()) if each.address == address)


def _wanted(context: Context, resource: str, address: str) -> Json:
    return {
        "format": "json",
        "version": 2,
        "name": f"platform: {context.client_id} {context.environment} {resource}",
        "url": address,
        "query": RESOURCES[resource],
        "encryption_key": context.secret(WEBHOOK_SECRET),
        "event_resource": resource,
        "is_active": 1,
    }


def _hook(found: Json) -> Hook:
    resource = _resource(found)
    return Hook(
        id=_self(found).rpartition("/")[2],
        address=str(found.get("url")),
        topics=(resource,) if resource else (),
        active=bool(found.get("is_active", True)),
        trouble=_trouble(found, resource),
    )


def _trouble(found: Json, resource: str) -> str:
    if found.get("format") != "json":
        return f"sends {found.get('format')} instead of JSON"
    if resource == "transaction" and "items" not in str(found.get("query")):
        return "tells of no lines: its query lacks zoom=items"
    return ""


def _resource(found: Json) -> str:
    """One word; the vendor's own library also knows a list of them."""
    given = found.get("event_resource")
    return ",".join(reading.texts(given))


def _self(found: Json) -> str:
    own = reading.part(reading.part(found.get("_links")).get("self"))
    return reading.text(own.get("href")) or ""
