"""Estimate the monthly cost of a client: AWS, the providers' plans, and payment fees.

The estimate uses the client's file and its `usage`; nothing needs to be deployed. Each line shows
its quantity, price, date and certainty: A for the vendor's own page or price list, B for one dated
source, C for sources that differ, "unverified" for a price from memory. AWS prices are list prices
of us-east-1.

    platform cost acme
    platform cost acme --usage page_views=500000 --usage orders=300
    platform cost acme --compare provider=NAME --over orders
    platform cost acme --over page-views --svg cost.svg
    platform cost acme --clients 25
    platform cost --all
    platform cost --refresh
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.money import costs
from platform_cli.api.money.curves import CurveQuantity, compute_cost_curves
from platform_cli.commands._arguments import Details, Env, complete_client_ids
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.money import charts
from platform_cli.views.money import cost_comparisons as comparisons_view
from platform_cli.views.money import costs as views

Usage = Annotated[
    list[str] | None,
    typer.Option("--usage", metavar="KEY=VALUE", help="Override the file's usage; repeatable."),
]
Compare = Annotated[
    list[str] | None,
    typer.Option(
        "--compare",
        metavar="KEY=VALUE",
        help="Compare with provider=NAME, engine=NAME, mode=MODE or cdn=free|pro|business.",
    ),
]
Svg = Annotated[
    Path | None, typer.Option("--svg", metavar="FILE", help="Save the chart to this file.")
]

ClientOrAll = Annotated[
    str | None,
    typer.Argument(metavar="CLIENT", help="Id of the client.", autocompletion=complete_client_ids),
]
AllClients = Annotated[bool, typer.Option("--all", help="Estimate all clients, in one account.")]
Clients = Annotated[
    int | None,
    typer.Option("--clients", min=1, metavar="N", help="Number of such clients in one account."),
]
Chart = Annotated[bool, typer.Option("--chart", help="Draw a bar for each line.")]
Over = Annotated[
    CurveQuantity | None,
    typer.Option("--over", help="Draw the cost over a quantity, with the compared variants."),
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Update the prices from AWS's price list.")
]
Accept = Annotated[
    bool, typer.Option("--accept", help="With --refresh: accept changes of more than 3x.")
]


def run(
    session: Session, client: ClientOrAll = None, *, env: Env = None, everyone: AllClients = False,
    clients: Clients = None, usage: Usage = None, compare: Compare = None, chart: Chart = False,
    over: Over = None, svg: Svg = None, refresh: Refresh = False, accept: Accept = False,
    details: Details = False,
) -> Data:  # fmt: skip
    """Data: {client_id, currency, monthly, groups, lines, beyond_free, inputs, compared}."""
    if everyone and (client or clients or compare or chart or over or svg):
        raise UsageError("--all estimates all clients and takes neither a name nor a comparison")
    if accept and not refresh:
        raise UsageError("--accept requires --refresh")
    if refresh:
        if client or everyone:
            raise UsageError("--refresh updates prices and takes no client")
        return _refresh_prices(session, accept_jumps=accept)
    overrides = costs.parse_usage(usage or [])
    if everyone:
        return _estimate_all(session, env, overrides)
    if client is None:
        raise UsageError("which client?", hint="platform cost CLIENT, or platform cost --all")
    cost = costs.estimate_client_cost(client, env, usage=overrides, workspace=session.workspace)
    comparisons = [costs.compare_client_cost(cost, change) for change in compare or []]
    views.show_client_cost(session.screen, cost, details=details)
    data = views.client_cost_data(cost)
    if clients:
        fleet = costs.multiply_client_cost(cost, clients)
        comparisons_view.show_fleet_cost(session.screen, fleet)
        data["fleet"] = comparisons_view.fleet_cost_data(fleet)
    for comparison in comparisons:
        comparisons_view.show_comparison(session.screen, comparison, client)
    if comparisons:
        data["compared"] = list(map(comparisons_view.comparison_data, comparisons))
    if over:
        charts.draw_cost_curves(session.screen, compute_cost_curves(cost, comparisons, over), svg)
    elif chart or svg:
        charts.draw_cost_bars(session.screen, cost, svg)
    views.show_price_warnings(session.screen, cost, details=details)
    views.show_client_cost_next(session.screen, cost)
    return data


def _estimate_all(session: Session, env: Env, usage: Mapping[str, str]) -> Data:
    """Data: {clients: [{client_id, monthly, groups}], monthly, groups, lines}."""
    total = costs.estimate_workspace_cost(env, usage=usage, workspace=session.workspace)
    views.show_workspace_cost(session.screen, total)
    return views.workspace_cost_data(total)


def _refresh_prices(session: Session, *, accept_jumps: bool) -> Data:
    """Data: {file, changed: [{price, old, new, per, unit, sku, published}], confirmed, left}."""
    # Few calls download prices, and the others start faster without these modules.
    from platform_cli.api.money import prices
    from platform_cli.views.money.prices import (
        price_update_data,
        show_price_changes,
        show_saved_prices,
    )

    update = prices.fetch_price_update(workspace=session.workspace, progress=session.screen)
    show_price_changes(session.screen, update)
    prices.save_price_update(update, accept_jumps=accept_jumps)
    show_saved_prices(session.screen, update)
    return price_update_data(update)
