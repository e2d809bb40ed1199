"""List the providers, the site generators, and their combinations.

The level of a combination is `native` (a usual choice), `bridged` (works through the unified feed,
but is less tested) or `rejected` (does not work; the reason says what would).

    platform catalog
    platform catalog providers
    platform catalog combos --count
    platform catalog combos --cms sanity --commerce shopify --engine hugo
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from platform_cli.api.catalog.entries import list_combinations, list_engines, list_providers
from platform_cli.commands._arguments import Details
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.catalog import Entry, catalog_data, counts_data, show_catalog, show_counts


class CatalogSection(StrEnum):
    PROVIDERS = "providers"
    ENGINES = "engines"
    COMBOS = "combos"


def run(
    session: Session,
    what: Annotated[
        CatalogSection | None, typer.Argument(help="Section; the default is all of them.")
    ] = None,
    *,
    cms: Annotated[str | None, typer.Option(help="Only combinations with this CMS.")] = None,
    commerce: Annotated[str | None, typer.Option(help="Only combinations with this shop.")] = None,
    engine: Annotated[
        str | None, typer.Option(help="Only combinations with this site generator.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(help="Only combinations in this integration mode.")
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Show only the number of combinations.")
    ] = False,
    details: Details = False,
) -> Data:
    """Data: {providers: [...]}, {engines: [...]}, {combos: [...]} or {count, levels}."""
    combinations = list_combinations(cms, commerce, engine, mode)
    if count:
        levels = Counter(str(combination.level) for combination in combinations)
        show_counts(session.screen, levels)
        return counts_data(levels)
    sections: dict[str, Sequence[Entry]] = {}
    if what in {None, CatalogSection.PROVIDERS}:
        sections["providers"] = list_providers()
    if what in {None, CatalogSection.ENGINES}:
        sections["engines"] = list_engines()
    if what in {None, CatalogSection.COMBOS}:
        sections["combos"] = list(combinations)
    show_catalog(session.screen, sections, details=details)
    return catalog_data(sections)
