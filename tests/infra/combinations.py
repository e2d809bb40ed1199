"""Every combination of CMS, shop, engine and mode that a client may have."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from platform_cli import engines
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Blueprint
from platform_cli.config.model import providers_of_kind
from platform_core.provider import Kind
from tests.fakes.vendors import build_settings
from tests.infra.clients import client

CLIENT = "plum-orchard"
MODES = ("direct", "event_driven")


@dataclass(frozen=True)
class Combination:
    """The choices of one client."""

    engine: str
    cms: str | None
    commerce: str | None
    mode: str

    def __str__(self) -> str:
        chosen = (self.cms, self.commerce, self.engine, self.mode)
        return "-".join(each for each in chosen if each)

    @property
    def chosen(self) -> list[str]:
        return [each for each in (self.cms, self.commerce) if each]

    def blueprint(self) -> Blueprint:
        integration = {
            "ssg_engine": self.engine,
            "integration_mode": self.mode,
            "cms_config": self.cms and with_settings(self.cms),
            "ecommerce_config": self.commerce and with_settings(self.commerce),
        }
        return compose(client(service_integration=integration))


def with_settings(name: str) -> dict[str, Any]:
    settings = build_settings(name).model_dump(mode="json", exclude_unset=True)
    return {"provider": name, "settings": settings}


def combinations() -> Iterator[Combination]:
    """Yield every choice of the catalog, an engine alone included.

    Direct mode supports at most one provider.
    """
    cms, shops = [*providers_of_kind(Kind.CMS), None], [*providers_of_kind(Kind.COMMERCE), None]
    for mode, one, other in product(MODES, cms, shops):
        if mode == "event_driven" or one is None or other is None:
            for engine in engines.starter_engine_names():
                yield Combination(engine, one, other, mode)
