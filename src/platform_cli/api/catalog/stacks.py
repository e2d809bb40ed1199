"""Stack types: look them up, price them, and add their stacks to a CDK app.

Importing this loads no CDK; `create_stack` and `create_composed_stack` do, when they are called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from platform_cli import engines
from platform_cli.config.draft import example, required
from platform_cli.config.model import ClientServiceConfig, IntegrationMode
from platform_cli.config.usage import UsageConfig
from platform_cli.config.wording import complaints
from platform_cli.errors import ConfigError, Finding, Incompatible, UsageError
from platform_cli.resolve.compatibility import Level, assess, rate
from platform_cli.resolve.compose import compose, sketch
from platform_cli.resolve.cost.amounts import cents
from platform_cli.resolve.cost.book import load
from platform_cli.resolve.cost.estimate import estimate
from platform_cli.resolve.cost.month import Usage
from platform_cli.resolve.cost.report import figures
from platform_cli.resolve.mode import choose_integration_mode
from platform_cli.resolve.naming import factory_name
from platform_cli.resolve.recommend.advice import advise
from platform_cli.resolve.recommend.report import recommendation as advised
from platform_cli.resolve.recommend.wish import Wish, said
from platform_cli.resolve.stack_types import COMPOSED, StackType, find, named, registered
from platform_cli.workspace import Workspace
from platform_core import providers

if TYPE_CHECKING:
    from platform_cli.infra.guest import Scope
    from platform_cli.infra.stack import ClientStack

__all__ = [
    "choose_integration_mode",
    "compatible_engines",
    "create_composed_stack",
    "create_stack",
    "estimate_total_cost",
    "metadata",
    "recommendations",
    "stack_types",
    "validate_stack_type",
]

M = TypeVar("M", bound=BaseModel)

Settings = Mapping[str, Mapping[str, object]]
"""By provider; a setting that is left out has its example, and the stack a warning that says so."""


def stack_types() -> list[str]:
    """Every stack type: fixed services, a tier of each provider, and `cms_ecommerce_composed`,
    which stands for all `<cms>_<shop>_composed_stack`."""
    return list(registered())


def validate_stack_type(stack_type: str) -> bool:
    """Whether there is one of this name, or with this label in a client's config."""
    return find(stack_type) is not None


def compatible_engines(stack_type: str) -> list[str]:
    """The engines that are a usual choice with it; any other engine works too, with a warning.
    Raises `UsageError`."""
    kind = named(stack_type)
    members = list(kind.members)
    return [
        name
        for name in ([kind.engine] if kind.engine else engines.names())
        if rate(engines.engine(name), members).level is Level.NATIVE
    ]


def metadata(stack_type: str) -> dict[str, Any]:
    """What there is to know of it, `tier_name` and the levels of its providers among it. Raises
    `UsageError`."""
    kind = named(stack_type)
    return {
        "stack_type": stack_type,
        "tier_name": " and ".join(each.label for each in kind.members)
        or stack_type.replace("_", " "),
        "cms_provider": kind.cms,
        "ecommerce_provider": kind.ecommerce,
        "ssg_engine": kind.engine,
        "tiers": [str(each.tier) for each in kind.members],
        "compatible_engines": compatible_engines(stack_type),
    }


def recommendations(requirements: Mapping[str, object], *, top: int = 5) -> list[dict[str, Any]]:
    """What fits best, the best first, as `platform recommend --json` says it.

    `requirements`: needs and whether each is one, such as `{"budget_conscious": True}`. Raises
    `ConfigError` for a need that nobody knows.
    """
    wish = said(Wish(), {"needs": [need for need, is_needed in requirements.items() if is_needed]})
    advice = advise(wish.requirements(), load(), top=top)
    return [advised(each) for each in advice.recommendations]


def estimate_total_cost(
    stack_type: str,
    ssg_engine: str | None = None,
    client_requirements: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """What a client of this type costs in a month, `monthly_cost_range` (low,
    high; dollars) among it; at list prices, see `platform cost`.

    `client_requirements`: fields of a client's `usage`; a need such as `enterprise_features` is no
    usage, and changes nothing here. Raises `PlatformError`.
    """
    kind = named(stack_type)
    if stack_type == COMPOSED:
        raise UsageError(
            f"{COMPOSED} names no providers", hint="such as sanity_foxy_composed_stack"
        )
    engine = _engine(stack_type, kind, ssg_engine)
    mode = IntegrationMode.EVENT_DRIVEN if len(kind.members) > 1 else IntegrationMode.DIRECT
    site = sketch(engine, [each.name for each in kind.members], integration_mode=mode)
    asked = client_requirements or {}
    said = {key: asked[key] for key in UsageConfig.model_fields if key in asked}
    month = Usage.of(_checked(said, UsageConfig))
    book = load()
    found = estimate(site, month, book)
    total = found.total
    return {
        "label": f"{metadata(stack_type)['tier_name']} + {engines.engine(engine).label}",
        "monthly_cost_range": (float(cents(total.low)), float(cents(total.high))),
        **figures(found, book),
    }


def create_stack(
    scope: "Scope",
    client_id: str,
    domain: str,
    stack_type: str,
    ssg_engine: str | None = None,
    **more: Any,
) -> "ClientStack":
    """Lay a stack of this type into a CDK app or stage.

    One of a single provider is named after it (D-R02), any other as by `platform deploy` (D-R01).
    `more` is as of `create_composed_stack`. Raises `PlatformError`.
    """
    kind = named(stack_type)
    if stack_type == COMPOSED:
        raise UsageError(f"{COMPOSED} names no providers", hint="use create_composed_stack")
    engine = _engine(stack_type, kind, ssg_engine)
    config, warnings = _config(client_id, domain, kind, engine, **more)
    match kind.members:
        case [only]:
            name = factory_name(client_id, only.name, engine)
        case _:
            name = config.deployment_name
    return _lay(scope, config, name, warnings)


def create_composed_stack(
    scope: "Scope",
    client_id: str,
    domain: str,
    cms_provider: str,
    ecommerce_provider: str,
    ssg_engine: str,
    **more: Any,
) -> "ClientStack":
    """Lay the stack of a CMS and a shop into a CDK app or stage, named as by `platform deploy`.

    `more`: `settings` of the providers, `integration_mode`, and any other field of a client's file.
    Raises `PlatformError`: `Incompatible`, a `ValueError`, for names that nobody bears.
    """
    cms, shop = (providers.known(name) or name for name in (cms_provider, ecommerce_provider))
    kind = StackType(cms=cms, ecommerce=shop)
    config, warnings = _config(client_id, domain, kind, ssg_engine, **more)
    return _lay(scope, config, config.deployment_name, warnings)


def _engine(stack_type: str, kind: StackType, asked: str | None) -> str:
    if kind.engine and asked in {None, kind.engine}:
        return kind.engine
    if kind.engine:
        raise Incompatible(f"{stack_type} is built with {kind.engine}, not with {asked}")
    if asked is None:
        usual = ", ".join(compatible_engines(stack_type))
        raise UsageError(f"{stack_type} needs an ssg_engine", hint=f"usually one of: {usual}")
    return asked


def _config(
    client_id: str,
    domain: str,
    kind: StackType,
    engine: str,
    *,
    settings: Settings | None = None,
    integration_mode: str | None = None,
    **fields: Any,
) -> tuple[ClientServiceConfig, list[str]]:
    """The client as its file would describe it, and what whoever lays its stack should hear."""
    fit = assess(engine, cms=kind.cms, ecommerce=kind.ecommerce)
    if fit.level is Level.REJECTED:
        raise Incompatible(fit.reason, hint=fit.hint)
    chosen, warnings = _chosen(kind, settings or {})
    if fit.level is Level.BRIDGED:
        warnings.append(fit.reason)
    is_pair = len(kind.members) > 1
    mode = IntegrationMode.EVENT_DRIVEN if is_pair else IntegrationMode.DIRECT
    site = {"integration_mode": integration_mode or mode, "ssg_engine": engine, **chosen}
    return _checked(
        {
            "client_id": client_id,
            "company_name": client_id.replace("-", " ").title(),
            "domain": domain,
            "contact_email": f"web@{domain}",
            "service_integration": site,
            **fields,
        },
        ClientServiceConfig,
    ), warnings


def _chosen(kind: StackType, settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """The providers with their settings, and a word on each example among these."""
    given = {providers.known(name) or name: dict(told) for name, told in settings.items()}
    chosen, warnings = {}, []
    for each in kind.members:
        told = given.pop(each.name, {})
        for key in required(each.name):
            if key not in told:
                told[key] = example(each.name, key)
                warnings.append(f"{each.name}.{key} is an example: give yours in settings")
        chosen[f"{each.kind}_config"] = {"provider": each.name, "settings": told}
    if given:
        raise UsageError(f"settings: this stack has no provider {', '.join(given)}")
    return chosen, warnings


def _checked(document: Mapping[str, Any], model: type[M]) -> M:
    """Raises `ConfigError` with every finding, each at the path of its field."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = tuple(
            Finding(each.message, ".".join(map(str, each.place)), each.hint)
            for each in complaints(error.errors(), model)
        )
        raise ConfigError(found) from None


def _lay(
    scope: "Scope", config: ClientServiceConfig, name: str, warnings: list[str]
) -> "ClientStack":
    """The functions' code is packed where the command line packs it: once, in `.platform`."""
    from platform_cli.infra.guest import lay

    cache = Workspace(Path.cwd()).state("bundles")
    return lay(scope, compose(config).called(name), cache, warnings)
