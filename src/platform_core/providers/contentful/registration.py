"""Register a webhook definition at Contentful, and the signing secret of the space.

Source: contentful-management.js @ 20da190 and contentful.com/developers/docs (webhooks, webhook
security), read for 2026-11-20. The API returns only the last four characters of the secret.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from platform_core.provider import Context, Hook
from platform_core.provider.own_webhooks import find_own_webhooks
from platform_core.provider_kit import parsing
from platform_core.provider_kit.json_api import bearer_token, request_json
from platform_core.provider_kit.parsing import Json
from platform_core.providers.contentful.settings import Settings
from platform_core.webhooks.request import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
CONTENT_TYPE: Final = "application/vnd.contentful.management.v1+json"
TOPICS: Final = tuple(
    f"{kind}.{action}"
    for kind in ("Entry", "Asset")
    for action in ("publish", "unpublish", "archive", "delete")
)
HOOKS_PATH: Final = "webhook_definitions"
SIGNING_PATH: Final = "webhook_settings/signing_secret"
UNSIGNED: Final = "the space signs no deliveries"
SIGNED_DIFFERENTLY: Final = "the space signs with another secret"


def instructions(context: Context, address: str) -> Sequence[str]:
    """Return the steps in Contentful's web app."""
    settings = _settings_of(context)
    return (
        f"Open app.contentful.com, the space {settings.space_id}, Settings, Webhooks.",
        f"Under Settings, enable request verification with the value that this client has as "
        f"{WEBHOOK_SECRET}: it is the secret of the whole space, exactly 64 characters.",
        f"Add a webhook: POST to {address}.",
        f"Select specific events: {', '.join(TOPICS)}.",
        f"Filter: the environment's id (sys.environment.sys.id) equals {settings.environment}.",
        "Content type application/json, and the default payload.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Return every webhook of the space."""
    webhooks = _list_webhooks(context)
    # Without webhooks the secret does not matter, so save the request.
    secret_trouble = _find_secret_trouble(context) if webhooks else ""
    return tuple(_parse_hook(webhook, secret_trouble, context) for webhook in webhooks)


def register(context: Context, address: str) -> Sequence[Hook]:
    """Create the webhook, or repair those of this client, and set the space's signing secret.

    All webhooks of the space share the secret, so a different one is replaced only if there are no
    webhooks of other addresses.
    """
    desired, webhooks = _desired_webhook(context, address), _list_webhooks(context)
    own = find_own_webhooks(context, address, webhooks, lambda webhook: webhook.get("url"))
    existing = own.get("", [])
    for webhook in existing:
        if any(webhook.get(name) != value for name, value in desired.items()):
            _update_webhook(context, webhook, desired)
    if not existing:
        name = {"name": f"platform: {context.client_id} {context.environment}"}
        _call_api(context, "POST", HOOKS_PATH, name | desired)
    trouble = _find_secret_trouble(context)
    # Replacing the secret would break the signatures of every other webhook of the space.
    if trouble == UNSIGNED or (trouble and len(existing) == len(webhooks)):
        _call_api(context, "PUT", SIGNING_PATH, {"value": context.secret(WEBHOOK_SECRET)})
    return tuple(hook for hook in hooks(context) if hook.address == address)


def _settings_of(context: Context) -> Settings:
    """Return the context's settings with their type."""
    return cast("Settings", context.settings)


def _environment_filter(context: Context) -> list[Json]:
    """Return the filter that limits a webhook to the site's environment."""
    return [{"equals": [{"doc": "sys.environment.sys.id"}, _settings_of(context).environment]}]


def _desired_webhook(context: Context, address: str) -> Json:
    """Return the definition that the webhook should have."""
    return {
        "url": address,
        "topics": list(TOPICS),
        "filters": _environment_filter(context),
        "transformation": {"contentType": "application/json", "includeContentLength": True},
        "active": True,
    }


def _update_webhook(context: Context, webhook: Json, desired: Json) -> None:
    """Correct a definition. The version header prevents overwriting an edit by someone else."""
    sys = parsing.parse_object(webhook["sys"])
    body = {name: value for name, value in webhook.items() if name != "sys"} | desired
    version = {"x-contentful-version": str(sys.get("version"))}
    _call_api(context, "PUT", f"{HOOKS_PATH}/{sys['id']}", body, version)


def _parse_hook(webhook: Json, secret_trouble: str, context: Context) -> Hook:
    """Convert a webhook definition of Contentful's API."""
    topics = parsing.parse_texts(webhook.get("topics"))
    return Hook(
        id=str(webhook["sys"]["id"]),
        address=str(webhook.get("url")),
        topics=tuple(topics),
        active=webhook.get("active") is not False,
        trouble=_find_trouble(webhook, topics, context) or secret_trouble,
    )


def _find_trouble(webhook: Json, topics: list[str], context: Context) -> str:
    """Describe the first problem of a webhook. Empty if there is none."""
    missing = [
        topic
        for topic in TOPICS
        if not {topic, f"{topic.split('.')[0]}.*", f"*.{topic.split('.')[1]}", "*.*"} & set(topics)
    ]
    if missing:
        return f"does not send {', '.join(missing)}"
    return (
        ""
        if webhook.get("filters") in (None, [], _environment_filter(context))
        else "has another filter"
    )


def _find_secret_trouble(context: Context) -> str:
    """Describe a missing or different signing secret. Empty if it is correct."""
    setting = parsing.parse_object(_call_api(context, "GET", SIGNING_PATH, absent=(404,)))
    secret_end = parsing.parse_text(setting.get("redactedValue"))
    if secret_end is None:
        return UNSIGNED
    return "" if context.secret(WEBHOOK_SECRET).endswith(secret_end[-4:]) else SIGNED_DIFFERENTLY


def _list_webhooks(context: Context) -> list[Json]:
    """List all webhook definitions of the space."""
    webhooks = parsing.parse_objects(
        parsing.parse_object(_call_api(context, "GET", HOOKS_PATH)).get("items")
    )
    return [
        webhook
        for webhook in webhooks
        if parsing.parse_text(parsing.parse_object(webhook.get("sys")).get("id"))
    ]


def _call_api(
    context: Context,
    method: str,
    path: str,
    body: Json | None = None,
    headers: dict[str, str] | None = None,
    absent: tuple[int, ...] = (),
) -> Any:
    """Send a request to the management API of the space."""
    settings = _settings_of(context)
    return request_json(
        context,
        method,
        f"https://{settings.host('api')}/spaces/{settings.space_id}/{path}",
        headers={
            **bearer_token(context.secret(MANAGE_TOKEN)),
            **({"content-type": CONTENT_TYPE} if body is not None else {}),
            **(headers or {}),
        },
        body=body,
        absent=absent,
    )
