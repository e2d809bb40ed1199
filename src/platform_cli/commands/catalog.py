"""What there is to choose from: providers, engines, and how they go together.

`native`: all sides name each other. `bridged`: works through the unified feed, but is tested
less. `rejected`: does not work, and what would. `combos --count` counts them only.

    platform catalog
    platform catalog providers
    platform catalog combos --count
    platform catalog combos --cms sanity --commerce shopify --engine hugo
"""

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from itertools import product
from typing import Annotated

import typer

from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.spelling import near


class What(StrEnum):
    PROVIDERS = "providers"
    ENGINES = "engines"
    COMBOS = "combos"


def run(
    session: Session,
    what: Annotated[What | None, typer.Argument(help="Which part; default: all of it.")] = None,
    *,
    cms: Annotated[str | None, typer.Option(help="Of combos: those with this CMS.")] = None,
    commerce: Annotated[str | None, typer.Option(help="... with this shop.")] = None,
    engine: Annotated[str | None, typer.Option(help="... with this site generator.")] = None,
    mode: Annotated[str | None, typer.Option(help="... in this integration mode.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Of combos: only how many.")] = False,
) -> Data:
    """Data: {providers: [...]}, {engines: [...]}, {combos: [...]} or {count, levels}."""
    combos = partial(_combos, cms, commerce, engine, mode)
    if count:
        levels = Counter(str(each["level"]) for each in combos())
        session.screen.table(
            "Combinations", ["level", "count"], [*levels.items(), ["all", levels.total()]]
        )
        return {"count": levels.total(), "levels": dict(levels)}
    lists: dict[What, Callable[[], Iterator[dict[str, object]]]] = {
        What.PROVIDERS: _providers,
        What.ENGINES: _engines,
        What.COMBOS: combos,
    }
    wanted = list(What) if what is None else [what]
    listed = {each.value: list(lists[each]()) for each in wanted}
    for name, rows in listed.items():
        columns = [key for key in rows[0] if key not in DETAILS]
        cells = [[_cell(row, key) for key in columns] for row in rows]
        session.screen.table(name.capitalize(), [key.replace("_", " ") for key in columns], cells)
    return listed


def _cell(row: Data, key: str) -> object:
    """A person reads what would work beside why something does not."""
    hint = row.get("hint") if key == "reason" else ""
    return f"{row[key]} ({hint})" if hint else row[key]


def _providers() -> Iterator[dict[str, object]]:
    from platform_core import providers

    for each in map(providers.load_manifest, providers.provider_names()):
        yield {
            "name": each.name,
            "label": each.label,
            "kind": each.kind,
            "tier": each.tier,
            "engines": list(each.engines),
            "aliases": list(each.aliases),
            "prices_as_of": max((plan.as_of for plan in each.plans), default=""),
            "summary": each.summary,
            "traits": sorted(each.traits),
            "holds_content": each.needs.listing,
            "plans": [
                {
                    "name": plan.name,
                    "usd_month": plan.usd_month,
                    "fee_percent": plan.fee_percent,
                    "source": plan.source,
                    "as_of": plan.as_of,
                    "verified": plan.verified,
                }
                for plan in each.plans
            ],
        }


def _engines() -> Iterator[dict[str, object]]:
    from platform_cli import engines

    for each in map(engines.engine, engines.names()):
        yield {
            "name": each.name,
            "label": each.label,
            "version": each.version,
            "skill": each.traits.skill,
            "performance": each.traits.performance,
            "build_seconds_1000_pages": each.traits.build_seconds_1000_pages,
            "as_of": each.traits.as_of,
        }


def _combos(
    cms: str | None, commerce: str | None, engine: str | None, mode: str | None
) -> Iterator[dict[str, object]]:
    """All that are of these; a name that nobody bears is a combination, too: a rejected one."""
    from platform_cli import engines
    from platform_cli.config.model import IntegrationMode, of_kind
    from platform_cli.resolve.compatibility import assess
    from platform_core import providers
    from platform_core.provider import Kind

    if mode and mode not in set(IntegrationMode):
        raise UsageError(f"there is no mode {mode!r}", hint=near(mode, IntegrationMode))
    systems = [providers.resolve_name(cms) or cms] if cms else [*of_kind(Kind.CMS), None]
    shops = (
        [providers.resolve_name(commerce) or commerce]
        if commerce
        else [*of_kind(Kind.COMMERCE), None]
    )
    generators = [engine] if engine else engines.names()
    for system, shop, generator in product(systems, shops, generators):
        if system is None and shop is None:
            continue
        fit = assess(generator, cms=system, ecommerce=shop, mode=mode)
        yield {
            "cms_provider": system,
            "ecommerce_provider": shop,
            "ssg_engine": generator,
            "level": fit.level,
            "score": fit.score,
            "recommended": fit.recommended,
            "complexity": fit.complexity,
            "reason": fit.reason,
            "hint": fit.hint,
        }


DETAILS = {"plans", "traits", "holds_content", "recommended", "complexity", "aliases", "hint"}
"""What a script may want to know; it makes a person's table too wide."""
