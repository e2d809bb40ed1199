"""List the webhook deliveries of a client, or trace one.

    platform events acme
    platform events acme sanity#3f9c... --json
    platform events acme --follow

With an ID it shows the effects of that delivery, from its arrival to the page. `platform logs
--trace ID` shows the log lines about it.
"""

from typing import Annotated

import typer

from platform_cli.api.deliveries.events import (
    follow_deliveries,
    list_deliveries,
    trace_delivery,
)
from platform_cli.commands._arguments import Client, Details, Env, Limit, Local, repeat_options
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.deliveries import deliveries_data, show_deliveries, show_trace, trace_data
from platform_cli.views.streams.deliveries import followed_delivery_data, show_followed_delivery


def run(
    session: Session,
    client: Client,
    id_: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Id of a delivery, or the beginning of it."),
    ] = None,
    limit: Limit = 20,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", "-f", help="Show new deliveries and statuses as they come, until Ctrl-C."
        ),
    ] = False,
    env: Env = None,
    local: Local = False,
    details: Details = False,
) -> Data:
    """Data: {events: [{id, provider, received_at, status, event_ids, attempts, reason,
    request_id}]}; with ID one event with {applied_at, replays, replayed_at, changed, build,
    build_status, release, live_at, live} as well. With --follow: an object for each delivery, on a
    line of its own, whose data is one event."""
    location = session.location(env, local=local)
    if id_ is not None and follow:
        raise UsageError("--follow shows all deliveries", hint="remove ID, or --follow")
    if follow:
        session.screen.begin_stream()
        for delivery in follow_deliveries(client, limit=limit, **location):
            show_followed_delivery(session.screen, delivery)
            session.stream(followed_delivery_data(delivery))
    if id_ is not None:
        trace = trace_delivery(client, id_, **location)
        show_trace(session.screen, trace)
        return trace_data(trace)
    deliveries = list_deliveries(client, limit=limit, **location)
    options = repeat_options(env, local=local)
    show_deliveries(session.screen, deliveries, client, options=options, details=details)
    return deliveries_data(deliveries)
