"""What came in from the providers, and what became of it.

platform events acme
platform events acme sanity#3f9c... --json

With an ID: its whole life, from the door to the page. What was logged on the way, `platform logs`
shows with `--trace ID`.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Limit, Local, deployed
from platform_cli.commands._times import iso
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_core.deliveries import InboxRow


def run(
    session: Session,
    client: Client,
    id_: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="One of them, by its id or the beginning of it."),
    ] = None,
    limit: Limit = 20,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {events: [{id, provider, received_at, status, event_ids}]}; with ID one event and its
    whole life: {applied_at, replays, changed, build, release, live_at, live} besides."""
    from platform_cli.deploy import inbox, life

    found = deployed(session, client, env, local=local)
    if id_ is not None:
        row = inbox.one(found, id_)
        event = _event(row) | _after(row) | life.of(found, row).data()
        session.screen.table("", ["field", "value"], [[k, _shown(v)] for k, v in event.items()])
        return event
    events = [_event(row) for row in inbox.recent(found, limit=limit)]
    rows = [
        [each["received_at"], each["id"][:40], each["status"], each["reason"] or ""]
        for each in events
    ]
    session.screen.table("Deliveries", ["received", "id", "status", "reason"], rows)
    return {"events": events}


def _event(row: "InboxRow") -> dict[str, Any]:
    return {
        "id": row.id,
        "provider": row.provider,
        "received_at": iso(row.received_at),
        "status": row.status,
        "event_ids": list(row.event_ids),
        "attempts": row.attempts,
        "reason": row.reason,
        "request_id": row.request_id,
    }


def _after(row: "InboxRow") -> dict[str, Any]:
    """What only the row itself tells, and no index."""
    return {
        "applied_at": iso(row.applied_at),
        "replays": row.replays,
        "replayed_at": iso(row.replayed_at),
        "changed": row.changed,
    }


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
