"""Which CMS, shop and engine fit, why, and what would change the answer.

By what is needed, what it may cost and what a month brings: from options, from a file, or from a
short interview. Every combination is weighed; each point has its reason. Needs:
budget_conscious, simple_needs, technical_team, content_management, content_heavy, design_agency,
visual_editing, performance_critical, enterprise_features, simple_products, subscriptions,
custom_checkout, workflows, localization, multiple_providers, future_composition, analytics_needs,
complex_workflows, simple_site, minimal_cost, traditional_workflow.

    platform recommend
    platform recommend --need budget_conscious --need simple_needs --budget 150
    platform recommend --need visual_editing --editors 4 --products 40 --orders 300
    platform recommend --file requirements.yaml --chart
    platform recommend --need performance_critical --save acme
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platform_cli.errors import Exit, UsageError
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_core.provider import Kind

if TYPE_CHECKING:
    from platform_cli.resolve.cost.book import PriceBook
    from platform_cli.resolve.recommend.advice import Advice
    from platform_cli.resolve.recommend.choice import Choice
    from platform_cli.resolve.recommend.wish import Wish


def run(
    session: Session,
    *,
    need: Annotated[
        list[str] | None, typer.Option("--need", metavar="KEY", help="What matters; repeatable.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(metavar="USD", help="Of a month, all in all, as expected.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="YAML", help="The same, written down.")
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option("--skill", metavar="KEY", help="What the team knows, such as react."),
    ] = None,
    team: Annotated[int | None, typer.Option(help="People who look after the site.")] = None,
    editors: Annotated[int | None, typer.Option(help="People who write in the CMS.")] = None,
    products: Annotated[int | None, typer.Option(help="0: nothing is sold.")] = None,
    languages: Annotated[int | None, typer.Option(help="Of the texts.")] = None,
    orders: Annotated[int | None, typer.Option(help="A month.")] = None,
    average_order: Annotated[
        float | None, typer.Option("--average-order", metavar="USD", help="What one comes to.")
    ] = None,
    edits: Annotated[int | None, typer.Option("--edits", help="Of content, a month.")] = None,
    page_views: Annotated[int | None, typer.Option("--page-views", help="A month.")] = None,
    pages: Annotated[int | None, typer.Option(help="Of the site.")] = None,
    top: Annotated[int, typer.Option(min=1, help="So many pairs of providers.")] = 5,
    chart: Annotated[bool, typer.Option("--chart", help="Cost against capability.")] = False,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write that chart there.")
    ] = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="ID", help="Make a client of the first one.")
    ] = None,
    pick: Annotated[
        int, typer.Option(min=1, metavar="RANK", help="With --save: of this one instead.")
    ] = 1,
    domain: Annotated[str | None, typer.Option(help="With --save, as of new-client.")] = None,
    company: Annotated[str | None, typer.Option(help="With --save, as of new-client.")] = None,
    email: Annotated[str | None, typer.Option(help="With --save, as of new-client.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="With --save, as of new-client; repeatable."),
    ] = None,
) -> Data | Outcome:
    """Data: {wish, integration_mode, recommendations, ruled_out, nearest, in_the_way, points,
    published, saved}."""
    from platform_cli.commands import _advice_screen as screen
    from platform_cli.resolve.recommend.advice import advise
    from platform_cli.resolve.recommend.report import data

    wish = _wish(session, file, {
        "needs": need, "skills": skill, "budget": budget, "team": team, "editors": editors,
        "products": products, "languages": languages, "orders": orders,
        "average_order_usd": average_order, "content_edits": edits, "page_views": page_views,
        "pages": pages,
    })  # fmt: skip
    advice = advise(wish.requirements(), _book(session), top=top)
    told = data(advice)
    _warn(session, wish)
    if not advice.recommendations:
        screen.show_nearest(session, advice)
        keys = ", ".join(way.key for way in advice.in_the_way)
        session.screen.warn(f"nothing meets all of this; in the way: {keys or 'several at once'}")
        return Outcome(told, Exit.FAILURE)
    screen.show(session, advice)
    if chart or svg:
        screen.draw(session, advice, svg, chart=chart)
    screen.say_what_next(session, advice, wish, is_saved=save is not None)
    if save is None:
        return told
    chosen = _picked(advice, pick)
    named = {"domain": domain, "company": company, "email": email, "settings": setting or []}
    return {**told, "saved": _saved(session, save, chosen, wish, named)}


def _wish(session: Session, file: Path | None, options: dict[str, Any]) -> "Wish":
    """From the file, the options over it; where neither says anything, by asking."""
    from platform_cli.commands._wish_interview import interview
    from platform_cli.resolve.recommend.wish import Wish, read, said

    written = read(file) if file else Wish()
    is_silent = file is None and all(each is None for each in options.values())
    if is_silent and session.screen.interactive:
        options = interview(session)
    elif is_silent:
        session.screen.warn("nothing is asked for: this is what fits together and costs little")
    return said(written, options)


def _book(session: Session) -> "PriceBook":
    """The prices of the workspace around, if there is one: advice needs none."""
    from platform_cli.resolve.cost.book import load

    try:
        root = session.workspace.root
    except UsageError:
        root = None
    return load(root)


def _warn(session: Session, wish: "Wish") -> None:
    if wish.languages and wish.languages > 1:
        session.screen.warn("a client's site has one language: make a client for each")


def _picked(advice: "Advice", rank: int) -> "Choice":
    possible = advice.ranking.possible
    if rank > len(possible):
        raise UsageError(f"--pick {rank}: only {len(possible)} are possible")
    return possible[rank - 1].choice


def _saved(
    session: Session, client_id: str, chosen: "Choice", wish: "Wish", named: dict[str, Any]
) -> Data:
    """The client's file, as `new-client` would write it, and its month as it was wished."""
    from platform_cli import engines
    from platform_cli.commands._begin import begin, free
    from platform_cli.commands._interview import Answers, interview

    free(session.workspace, client_id)
    alone = engines.engine(chosen.engine).service
    answers = Answers(
        client_id=client_id,
        template=alone[0] if alone and not chosen.members else None,
        chosen={Kind.CMS: chosen.cms, Kind.COMMERCE: chosen.shop},
        engine=chosen.engine,
        mode=str(chosen.mode),
        **named,
    )
    draft = interview(session, answers)
    begun = begin(session, replace(draft, usage=wish.usage))
    session.screen.say(f"  platform cost {client_id}")
    return begun
