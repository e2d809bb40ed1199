"""What came in from the providers, and what became of it.

platform events acme
platform events acme sanity#3f9c... --json
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Limit, Local, deployed
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.rows import Row


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
    """Data: {events: [{id, provider, received_at, status, event_ids}]}; with ID one event."""
    found = deployed(session, client, env, local=local)
    if id_ is not None:
        event = _event(_one(found, id_))
        session.screen.table("", ["field", "value"], [[k, _shown(v)] for k, v in event.items()])
        return event
    events = [_event(row) for row in _recent(found, limit)]
    rows = [
        [each["received_at"], each["id"][:40], each["status"], each["reason"] or ""]
        for each in events
    ]
    session.screen.table("Deliveries", ["received", "id", "status", "reason"], rows)
    return {"events": events}


def _recent(found: "Deployed", limit: int | None) -> "list[Row]":
    from platform_cli.deploy import rows
    from platform_core import contract

    listed = rows.query(
        found.target,
        found.output(contract.OUT_INBOX_TABLE),
        {contract.CLIENT: found.names.client_id},
        index=contract.RECENT_INDEX,
        newest_first=True,
        limit=limit,
    )
    return list(listed)


def _one(found: "Deployed", wanted: str) -> "Row":
    """Read by its key, since an index shows it late; else the one that begins so."""
    from platform_cli.deploy import rows
    from platform_core import contract

    table = found.output(contract.OUT_INBOX_TABLE)
    exact = rows.get(found.target, table, **{contract.INBOX_KEY: wanted})
    if exact is not None:
        return exact
    near = [row for row in _recent(found, None) if row[contract.INBOX_KEY].startswith(wanted)]
    if len(near) == 1:
        return rows.get(found.target, table, **{contract.INBOX_KEY: near[0]["delivery"]}) or near[0]
    what = "more than one delivery" if near else "no delivery"
    raise UsageError(
        f"{what} of {found.names.client_id} begins with {wanted!r}",
        hint=f"platform events {found.names.client_id}",
    )


def _event(row: "Row") -> dict[str, Any]:
    return {
        "id": row["delivery"],
        "provider": row.get("provider") or row["delivery"].partition("#")[0],
        "received_at": _moment(row.get("received_at")),
        "status": row.get("status"),
        "event_ids": list(row.get("event_ids") or ()),
        "attempts": row.get("attempts", 0),
        "reason": row.get("reason"),
        "request_id": row.get("request_id"),
    }


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
