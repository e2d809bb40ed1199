"""What a client costs in a month: AWS, the providers' plans, and the fees of payments.

From the client's file and its `usage`; nothing needs to be deployed. Each line says how much of
what, at which price, of which day, and how sure that is: A the vendor's own page or price list,
B one dated source, C sources differ, unverified from memory. AWS at list prices of us-east-1.

    platform cost acme
    platform cost acme --usage page_views=500000 --usage orders=300
    platform cost acme --compare provider=NAME --over orders
    platform cost acme --over page-views --svg cost.svg
    platform cost acme --clients 25
    platform cost --all
    platform cost --refresh
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands import _cost, _refresh
from platform_cli.commands._arguments import Env, client_ids
from platform_cli.commands._cost_chart import Over
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.resolve.cost.book import PriceBook

Fleet = Annotated[
    int | None,
    typer.Option("--clients", min=1, metavar="N", help="So many such clients in one account."),
]
Usages = Annotated[
    list[str] | None,
    typer.Option("--usage", metavar="KEY=VALUE", help="Of a month, in place of the file's."),
]
Compared = Annotated[
    list[str] | None,
    typer.Option(
        "--compare",
        metavar="KEY=VALUE",
        help="Against provider=NAME, engine=NAME, mode=MODE or cdn=free|pro|business.",
    ),
]


def run(
    session: Session,
    client: Annotated[
        str | None,
        typer.Argument(metavar="CLIENT", help="The client's id.", autocompletion=client_ids),
    ] = None,
    *,
    env: Env = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every client, in one account.")] = False,
    clients: Fleet = None,
    usage: Usages = None,
    compare: Compared = None,
    chart: Annotated[bool, typer.Option("--chart", help="A bar for each line.")] = False,
    over: Annotated[
        Over | None,
        typer.Option("--over", help="Draw the month over a quantity, compared ways beside."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write the chart there, too.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read AWS's prices anew; shows what differs.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="With --refresh: take jumps of over 3x, too.")
    ] = False,
) -> Data:
    """Data: {client_id, currency, monthly, groups, lines, beyond_free, inputs, compared}."""
    if refresh:
        if client or everyone:
            raise UsageError("--refresh reads prices, and tells of no client")
        return _refresh.refresh(session, accept)
    if accept:
        raise UsageError("--accept goes with --refresh")
    book = _cost.book(session)
    if everyone:
        if client or clients or compare or chart or over or svg:
            raise UsageError("--all adds up every client: name none, and compare none")
        return _cost.everyone(session, env, usage or [], book)
    if client is None:
        raise UsageError("which client?", hint="platform cost CLIENT, or platform cost --all")
    asked = _cost.Asked(session, client, env, usage or [], book)
    ways = asked.otherwise(compare or [])
    data = asked.told()
    if clients:
        data["fleet"] = asked.as_fleet(clients)
    if ways:
        data["compared"] = [asked.beside(change, way) for change, way in ways.items()]
    if chart or over or svg:
        asked.draw(over, ways.values(), svg)
    _doubt(session, asked, book)
    return data


def _doubt(session: Session, asked: _cost.Asked, book: "PriceBook") -> None:
    from platform_cli.resolve.cost.report import doubtful

    for doubt in doubtful(book, asked.estimate, date.today()):  # noqa: DTZ011 (a day of the calendar)
        session.screen.warn(doubt)
