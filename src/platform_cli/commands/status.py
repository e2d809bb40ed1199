"""How a client is doing: stack, releases, builds, what waits, whether the vendors deliver.

platform status acme
platform status acme --env staging --json
"""

import time
from typing import TYPE_CHECKING

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, bindings, blueprint, deployed, safe_of
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.registration import Registration

VENDORS_SECONDS = 4.0
"""How long all vendors together are waited for."""

WEBHOOK = ("provider", "state", "note", "looked_at", "missed")


def run(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """Data: {client_id, environment, target, stack, site, pending, dead_letters, ...addresses,
    webhooks: [{provider, state, note, looked_at, missed}]}. `looked_at`: when what the vendor
    lists was last compared with what came in; null: never, or it lists nothing."""
    from platform_cli.deploy import inbox, release

    found = deployed(session, client, env, local=local)
    site = release.site(found)
    data = {
        "client_id": client,
        "environment": found.names.environment,
        "target": found.target.name,
        "stack": {
            "name": found.stack.name,
            "status": found.stack.status,
            "changed_at": found.stack.changed_at,
        },
        "site_url": found.site.site_url,
        "webhook_base_url": found.site.webhook_base_url,
        "content_api_url": found.site.content_api_url,
        "site": {
            "state": site.state,
            "live": site.live,
            "ready": site.ready,
            "pinned": site.pinned,
            "held_reason": site.held_reason,
            "building": site.attempt if site.state == "building" else None,
            "failures": site.failures,
            "wanted": site.changed,
            "built": site.built,
        },
        "pending": inbox.count_pending(found),
        "dead_letters": _dead_letters(found),
    }
    rows = [[name, value] for name, value in _lines(data)]
    session.screen.table(f"{client} ({found.names.environment})", ["", ""], rows)
    return data | {"webhooks": _health(session, found)}


def _health(session: Session, found: "Deployed") -> list[Data]:
    watches = _watches(found)
    health = [
        [each.provider, str(each.state), each.note, *watches.get(each.provider, (None, None))]
        for each in _webhooks(session, found)
    ]
    if health:
        shown = [[*row[:3], row[3] or "not watched", row[4] if row[3] else ""] for row in health]
        session.screen.table("Webhooks", [name.replace("_", " ") for name in WEBHOOK], shown)
    return [dict(zip(WEBHOOK, row, strict=True)) for row in health]


def _lines(data: Data, prefix: str = "") -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    for name, value in data.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            lines += _lines(value, f"{label} ")
        elif value is not None:
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            lines.append((label, shown))
    return lines


def _webhooks(session: Session, found: "Deployed") -> "list[Registration]":
    """Whether each vendor still delivers here, as far as it can be asked quickly."""
    from platform_cli.deploy import vendor
    from platform_cli.deploy.registration import health

    client, env = found.names.client_id, found.names.environment
    safe = safe_of(session.client(client, env), found.target)
    until = time.monotonic() + VENDORS_SECONDS
    return [
        health(
            each.provider,
            f"{found.site.webhook_base_url}/{each.provider}",
            vendor.context(each, found.target, safe, until=until),
        )
        for each in bindings(blueprint(session, client, env))
    ]


def _watches(found: "Deployed") -> dict[str, tuple[str | None, int | None]]:
    """When each vendor was last looked at, and how many of its items were not here."""
    from platform_cli.deploy import release

    return {
        provider: (watch.looked_at, watch.missed)
        for provider, watch in release.watches(found).items()
        if watch.looked_at
    }


def _dead_letters(found: "Deployed") -> int | None:
    from platform_core import contract

    queue = found.stack.outputs.get(contract.OUT_DEAD_LETTERS)
    if queue is None:
        return None
    asked = found.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])
