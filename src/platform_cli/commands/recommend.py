"""Recommend a CMS, a shop and a site generator, with reasons.

The requirements come from options, from a file, or from a short interview. Every combination gets
points, each with its reason, and the output lists the changes that would put another one first.
Needs: budget_conscious, simple_needs, technical_team, content_management, content_heavy,
design_agency, visual_editing, performance_critical, enterprise_features, simple_products,
subscriptions, custom_checkout, workflows, localization, multiple_providers, future_composition,
analytics_needs, complex_workflows, simple_site, minimal_cost, traditional_workflow.

    platform recommend
    platform recommend --need budget_conscious --need simple_needs --budget 150
    platform recommend --need visual_editing --editors 4 --products 40 --orders 300
    platform recommend --file requirements.yaml --chart
    platform recommend --need performance_critical --save acme
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from platform_cli.api.clients.scaffolds import require_new_client, scaffold_client
from platform_cli.api.money.advice import choose_ranked, client_options, recommend_stack
from platform_cli.commands._arguments import Details
from platform_cli.errors import Exit
from platform_cli.prompts.new_client import ask_missing_options
from platform_cli.prompts.requirements import ask_requirements
from platform_cli.recommend.report import advice_data
from platform_cli.recommend.requirements_input import (
    RequirementsInput,
    merge_options,
    read_requirements,
)
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.views.clients import created_client_data, show_created_client
from platform_cli.views.money import advice as views
from platform_cli.views.money.advice_details import show_all_advice
from platform_cli.views.money.charts import draw_advice

Need = Annotated[
    list[str] | None,
    typer.Option("--need", metavar="KEY", help="A need from the list above; repeatable."),
]
Budget = Annotated[
    float | None, typer.Option(metavar="USD", help="Maximum expected cost per month.")
]
File = Annotated[Path | None, typer.Option("--file", metavar="YAML", help="File of requirements.")]
Skill = Annotated[
    list[str] | None,
    typer.Option("--skill", metavar="KEY", help="Skill of the team, such as react."),
]
Team = Annotated[int | None, typer.Option(help="People who maintain the site.")]
Editors = Annotated[int | None, typer.Option(help="People who write in the CMS.")]
Products = Annotated[
    int | None, typer.Option(help="Number of products; 0 if the site sells nothing.")
]
Languages = Annotated[int | None, typer.Option(help="Languages of the content.")]
Orders = Annotated[int | None, typer.Option(help="Orders per month.")]
AverageOrder = Annotated[
    float | None,
    typer.Option("--average-order", metavar="USD", help="Value of an average order."),
]
Edits = Annotated[int | None, typer.Option("--edits", help="Content edits per month.")]
PageViews = Annotated[int | None, typer.Option("--page-views", help="Page views per month.")]
Pages = Annotated[int | None, typer.Option(help="Pages of the site.")]
Top = Annotated[int, typer.Option(min=1, help="Number of provider pairs to show.")]
Chart = Annotated[bool, typer.Option("--chart", help="Draw cost against capability.")]
Svg = Annotated[
    Path | None, typer.Option("--svg", metavar="FILE", help="Save the chart to this file.")
]
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="ID", help="Create a client from the first choice."),
]
Pick = Annotated[
    int, typer.Option(min=1, metavar="RANK", help="With --save: use this choice instead.")
]
Domain = Annotated[str | None, typer.Option(help="With --save: as for new-client.")]
Company = Annotated[str | None, typer.Option(help="With --save: as for new-client.")]
Email = Annotated[str | None, typer.Option(help="With --save: as for new-client.")]
Setting = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="With --save: as for new-client; repeatable."),
]


def run(
    session: Session, *, need: Need = None, budget: Budget = None, file: File = None,
    skill: Skill = None, team: Team = None, editors: Editors = None, products: Products = None,
    languages: Languages = None, orders: Orders = None, average_order: AverageOrder = None,
    edits: Edits = None, page_views: PageViews = None, pages: Pages = None, top: Top = 5,
    chart: Chart = False, svg: Svg = None, save: Save = None, pick: Pick = 1,
    domain: Domain = None, company: Company = None, email: Email = None, setting: Setting = None,
    details: Details = False,
) -> Data | Outcome:  # fmt: skip
    """Data: {wish, integration_mode, recommendations, ruled_out, nearest, in_the_way, points,
    published, saved}."""
    screen = session.screen
    requirements = _read_requirements(session, file, {
        "needs": need, "skills": skill, "budget": budget, "team": team, "editors": editors,
        "products": products, "languages": languages, "orders": orders,
        "average_order_usd": average_order, "content_edits": edits, "page_views": page_views,
        "pages": pages,
    })  # fmt: skip
    advice = recommend_stack(requirements, top=top, workspace=session.flags.workspace)
    if not advice.recommendations:
        views.show_near_misses(screen, advice)
        return Outcome(advice_data(advice), Exit.FAILURE)
    views.show_advice(screen, advice)
    if details:
        show_all_advice(screen, advice)
    if chart or svg:
        draw_advice(screen, advice, svg, in_terminal=chart)
    views.show_next_step(screen, advice, requirements, is_saved=save is not None)
    if save is None:
        return advice_data(advice)
    require_new_client(save, workspace=session.workspace)
    options = replace(
        client_options(save, choose_ranked(advice, pick), requirements),
        domain=domain, company=company, email=email, settings=tuple(setting or ()),
    )  # fmt: skip
    client = scaffold_client(ask_missing_options(screen, options), workspace=session.workspace)
    show_created_client(screen, client)
    screen.say(f"  platform cost {client.client_id}")
    return {**advice_data(advice), "saved": created_client_data(client)}


def _read_requirements(
    session: Session, file: Path | None, options: dict[str, Any]
) -> RequirementsInput:
    """Merge the options into the file; ask in a terminal if there is neither."""
    stated = read_requirements(file) if file else RequirementsInput()
    if file is None and all(value is None for value in options.values()):
        if session.screen.interactive:
            options = ask_requirements(session.screen)
        else:
            session.screen.warn("no requirements are set: the ranking is by compatibility and cost")
    requirements = merge_options(stated, options)
    if requirements.languages and requirements.languages > 1:
        session.screen.warn("a client's site has one language: create a client for each")
    return requirements
