"""What there is to choose from: providers, engines, and how they go together.

`native`: all sides name each other. `bridged`: works through the unified feed, but is tested
less. `combos --count` counts them only.

    platform catalog
    platform catalog providers
    platform catalog combos --count
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from platform_cli.screen import Data
from platform_cli.session import Session


class What(StrEnum):
    PROVIDERS = "providers"
    ENGINES = "engines"
    COMBOS = "combos"


def run(
    session: Session,
    what: Annotated[What | None, typer.Argument(help="Which part; default: all of it.")] = None,
    *,
    count: Annotated[bool, typer.Option("--count", help="Of combos: only how many.")] = False,
) -> Data:
    """Data: {providers: [...]}, {engines: [...]}, {combos: [...]} or {count, levels}."""
    wanted = list(What) if what is None else [what]
    listed = {each.value: list(LISTS[each]()) for each in wanted}
    if count:
        levels = Counter(str(each["level"]) for each in _combos())
        rows = [*levels.items(), ["all", levels.total()]]
        session.screen.table("Combinations", ["level", "count"], rows)
        return {"count": levels.total(), "levels": dict(levels)}
    for name, rows_ in listed.items():
        columns = [key for key in rows_[0] if key not in DETAILS]
        cells = [[row[key] for key in columns] for row in rows_]
        session.screen.table(name.capitalize(), [key.replace("_", " ") for key in columns], cells)
    return listed


def _providers() -> Iterator[dict[str, object]]:
    from platform_core import providers

    for each in map(providers.manifest, providers.names()):
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


def _combos() -> Iterator[dict[str, object]]:
    from platform_cli import engines
    from platform_cli.config.model import of_kind
    from platform_cli.resolve.compatibility import assess
    from platform_core.provider import Kind

    for cms in (*of_kind(Kind.CMS), None):
        for commerce in (*of_kind(Kind.COMMERCE), None):
            for engine in engines.names() if cms or commerce else ():
                fit = assess(engine, cms=cms, ecommerce=commerce)
                yield {
                    "cms_provider": cms,
                    "ecommerce_provider": commerce,
                    "ssg_engine": engine,
                    "level": fit.level,
                    "score": fit.score,
                    "recommended": fit.recommended,
                    "complexity": fit.complexity,
                    "reason": fit.reason,
                }


DETAILS = {"plans", "traits", "holds_content", "recommended", "complexity", "aliases"}
"""What a script may want to know; it makes a person's table too wide."""

LISTS = {What.PROVIDERS: _providers, What.ENGINES: _engines, What.COMBOS: _combos}
