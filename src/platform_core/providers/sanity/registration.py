"""How Sanity learns where to deliver: a webhook with a filter and a projection, by its API.

The projection puts the operation into the signed body. What a document says is left out of it:
the API is asked anyway. Source of the API's shape: sanity.io/docs/http-webhooks, a copy of which
was read for 2026-11-20.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, cast

from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers.asking import ask
from platform_core.providers.reading import Json
from platform_core.providers.sanity.settings import Settings
from platform_core.webhook import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
HOOKS: Final = "https://api.sanity.io/v2021-10-04/hooks/projects"
OPERATIONS: Final = {"create": "creation", "update": "change", "delete": "deletion"}
PROJECTION: Final = '{_id, _type, _rev, _updatedAt, "operation": delta::operation()}'


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in Sanity's own console."""
    settings = _settings(context)
    return (
        f"Open sanity.io/manage, the project {settings.project_id}, API, and create a webhook.",
        f"URL: {address}.",
        f"Dataset: {settings.dataset}; trigger on create, update and delete; no drafts.",
        f"Filter: {_filter(settings)}.",
        f"Projection: {PROJECTION}.",
        "HTTP method POST, API version v2021-03-25; as secret, the value of "
        f"{WEBHOOK_SECRET} that this client has.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Every webhook of the project."""
    settings = _settings(context)
    return tuple(_hook(each, settings) for each in _all(context))


def register(context: Context, address: str) -> Sequence[Hook]:
    """Make the webhook, or mend what stands at the address.

    Sanity never shows a secret again, so it is told anew each time.
    """
    wanted = _wanted(context, address)
    found = [each["id"] for each in _all(context) if each.get("url") == address]
    for name in found:
        _ask(context, "PATCH", f"/{name}", wanted)
    if not found:
        names = {"name": f"platform: {context.client_id} {context.environment}"}
        _ask(context, "POST", "", names | wanted)
    return tuple(each for each in hooks(context) if each.address == address)


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _filter(settings: Settings) -> str:
    return f"_type in {json.dumps(sorted(settings.types))}"


def _wanted(context: Context, address: str) -> Json:
    settings = _settings(context)
    return {
        "type": "document",
        "url": address,
        "dataset": settings.dataset,
        "rule": {
            "on": list(OPERATIONS),
            "filter": _filter(settings),
            "projection": PROJECTION,
        },
        "apiVersion": "v2021-03-25",
        "httpMethod": "POST",
        "includeDrafts": False,
        "isDisabledByUser": False,
        "secret": context.secret(WEBHOOK_SECRET),
    }


def _hook(found: Json, settings: Settings) -> Hook:
    told = reading.texts(reading.part(found.get("rule")).get("on"))
    return Hook(
        id=str(found["id"]),
        address=str(found.get("url")),
        topics=tuple(told),
        active=not found.get("isDisabledByUser"),
        trouble=_trouble(found, told, settings),
    )


def _trouble(found: Json, told: list[str], settings: Settings) -> str:
    missing = [word for operation, word in OPERATIONS.items() if operation not in told]
    if missing:
        return f"tells of no {' and no '.join(missing)}"
    dataset = found.get("dataset")
    if dataset not in {settings.dataset, "*"}:
        return f"tells of the dataset {dataset}"
    return "" if found.get("httpMethod", "POST") == "POST" else "does not POST"


def _all(context: Context) -> list[Json]:
    found = reading.records(_ask(context, "GET", ""))
    return [each for each in found if reading.text(each.get("id"))]


def _ask(context: Context, method: str, path: str, body: Json | None = None) -> Any:
    return ask(
        context,
        method,
        f"{HOOKS}/{_settings(context).project_id}{path}",
        token=context.secret(MANAGE_TOKEN),
        body=body,
    )
