"""How Contentful learns where to deliver: a webhook definition, and one secret for the space.

Source: contentful-management.js @ 20da190 and contentful.com/developers/docs (webhooks, webhook
security), read for 2026-11-20. A secret reads back as its last four characters.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from platform_core.provider import Context, Hook
from platform_core.providers import reading
from platform_core.providers.asking import ask
from platform_core.providers.contentful.settings import Settings
from platform_core.providers.reading import Json
from platform_core.webhook import WEBHOOK_SECRET

MANAGE_TOKEN: Final = "manage_token"  # noqa: S105 - the name of the secret, not its value
JSON: Final = "application/vnd.contentful.management.v1+json"
TOPICS: Final = tuple(
    f"{kind}.{action}"
    for kind in ("Entry", "Asset")
    for action in ("publish", "unpublish", "archive", "delete")
)
HOOKS: Final = "webhook_definitions"
SIGNING: Final = "webhook_settings/signing_secret"
UNSIGNED: Final = "the space signs no delivery"
OTHERWISE: Final = "the space signs with another secret"


def instructions(context: Context, address: str) -> Sequence[str]:
    """The steps in Contentful's web app."""
    settings = _settings(context)
    return (
        f"Open app.contentful.com, the space {settings.space_id}, Settings, Webhooks.",
        f"Under Settings, enable request verification with the value of {WEBHOOK_SECRET} that "
        "this client has: it is the secret of the whole space, exactly 64 characters.",
        f"Add a webhook: POST to {address}.",
        f"Select specific events: {', '.join(TOPICS)}.",
        f"Filter: the environment's id (sys.environment.sys.id) equals {settings.environment}.",
        "Content type application/json, and the default payload.",
    )


def hooks(context: Context) -> Sequence[Hook]:
    """Every webhook of the space."""
    found = _all(context)
    proof = _trouble_with_the_secret(context) if found else ""
    return tuple(_hook(each, proof, context) for each in found)


def register(context: Context, address: str) -> Sequence[Hook]:
    """Make the webhook, or mend what stands at the address; have the space sign.

    The secret is the space's: another one is replaced only where no other hook lives by it.
    """
    wanted, found = _wanted(context, address), _all(context)
    ours = [each for each in found if each.get("url") == address]
    for each in ours:
        if any(each.get(name) != value for name, value in wanted.items()):
            _mend(context, each, wanted)
    if not ours:
        name = {"name": f"platform: {context.client_id} {context.environment}"}
        _ask(context, "POST", HOOKS, name | wanted)
    trouble = _trouble_with_the_secret(context)
    if trouble == UNSIGNED or (trouble and len(ours) == len(found)):
        _ask(context, "PUT", SIGNING, {"value": context.secret(WEBHOOK_SECRET)})
    return tuple(each for each in hooks(context) if each.address == address)


def _settings(context: Context) -> Settings:
    return cast("Settings", context.settings)


def _filters(context: Context) -> list[Json]:
    return [{"equals": [{"doc": "sys.environment.sys.id"}, _settings(context).environment]}]


def _wanted(context: Context, address: str) -> Json:
    return {
        "url": address,
        "topics": list(TOPICS),
        "filters": _filters(context),
        "transformation": {"contentType": "application/json", "includeContentLength": True},
        "active": True,
    }


def _mend(context: Context, found: Json, wanted: Json) -> None:
    """The definition as it is, but for what is wrong with it; the version guards others' edits."""
    sys = reading.part(found["sys"])
    body = {name: value for name, value in found.items() if name != "sys"} | wanted
    version = {"x-contentful-version": str(sys.get("version"))}
    _ask(context, "PUT", f"{HOOKS}/{sys['id']}", body, version)


def _hook(found: Json, proof: str, context: Context) -> Hook:
    told = reading.texts(found.get("topics"))
    return Hook(
        id=str(found["sys"]["id"]),
        address=str(found.get("url")),
        topics=tuple(told),
        active=found.get("active") is not False,
        trouble=_trouble(found, told, context) or proof,
    )


def _trouble(found: Json, told: list[str], context: Context) -> str:
    missing = [
        topic
        for topic in TOPICS
        if not {topic, f"{topic.split('.')[0]}.*", f"*.{topic.split('.')[1]}", "*.*"} & set(told)
    ]
    if missing:
        return f"does not tell of {', '.join(missing)}"
    return "" if found.get("filters") in (None, [], _filters(context)) else "is filtered otherwise"


def _trouble_with_the_secret(context: Context) -> str:
    found = reading.part(_ask(context, "GET", SIGNING, absent=(404,)))
    end = reading.text(found.get("redactedValue"))
    if end is None:
        return UNSIGNED
    return "" if context.secret(WEBHOOK_SECRET).endswith(end[-4:]) else OTHERWISE


def _all(context: Context) -> list[Json]:
    found = reading.records(reading.part(_ask(context, "GET", HOOKS)).get("items"))
    return [each for each in found if reading.text(reading.part(each.get("sys")).get("id"))]


def _ask(
    context: Context,
    method: str,
    path: str,
    body: Json | None = None,
    headers: dict[str, str] | None = None,
    absent: tuple[int, ...] = (),
) -> Any:
    settings = _settings(context)
    return ask(
        context,
        method,
        f"https://{settings.host('api')}/spaces/{settings.space_id}/{path}",
        token=context.secret(MANAGE_TOKEN),
        content_type=JSON,
        headers=headers,
        body=body,
        absent=absent,
    )
