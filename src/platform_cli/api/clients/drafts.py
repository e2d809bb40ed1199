"""Drafts of new clients: check each option, and fill in the defaults.

`prompts.new_client` asks for the missing options with the same checks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import PydanticCustomError

from platform_cli import engines
from platform_cli.blueprint.compatibility import assess_compatibility
from platform_cli.config import fields
from platform_cli.config.conflicts import check_new_client_id
from platform_cli.config.model import IntegrationMode, providers_of_kind
from platform_cli.config.new_client_file import NewClientFile, Template, list_templates
from platform_cli.errors import UsageError
from platform_cli.suggest import did_you_mean
from platform_core import providers
from platform_core.provider import Kind

DEFAULT_TEMPLATE: Final = Template("tier1", "self_managed", (), "")
"""Applies if neither a template nor a provider is chosen."""

CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "client_id": check_new_client_id,
    "company": str,
    "domain": fields.normalize_domain,
    "email": fields.normalize_email,
}


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """The options of a new client; None selects the default."""

    client_id: str | None = None
    template: str | None = None
    providers: Mapping[Kind, str | None] = field(default_factory=dict)
    engine: str | None = None
    mode: str | None = None
    domain: str | None = None
    company: str | None = None
    email: str | None = None
    settings: tuple[str, ...] = ()
    """Provider settings as `key=value` or `provider.key=value`."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """Stated usage of a month; an empty one is not written."""


@dataclass(frozen=True, slots=True)
class EngineOption:
    """A site generator with its compatibility with the chosen providers."""

    name: str
    label: str
    reason: str


def draft_client(options: ClientOptions) -> NewClientFile:
    """Check the options, fill in the defaults, and return the draft of the client's file.

    Raises `UsageError`.
    """
    if options.client_id is None:
        raise UsageError("a new client needs an ID")
    client_id = normalize_client_field("client_id", options.client_id)
    template = DEFAULT_TEMPLATE if options.template is None else find_template(options.template)
    chosen = _choose_providers(options, template)
    domain = default_domain(client_id) if options.domain is None else options.domain
    domain = normalize_client_field("domain", domain)
    email = default_email(domain) if options.email is None else options.email
    company = default_company(client_id) if options.company is None else options.company
    engine = options.engine or template.engine or rank_engines(chosen)[0].name
    return NewClientFile(
        client_id=client_id,
        company=normalize_client_field("company", company),
        domain=domain,
        email=normalize_client_field("email", email),
        engine=engines.load_engine(engine).name,
        mode=choose_mode(options.mode, chosen),
        tier=template.tier,
        management_model=template.management_model,
        providers=chosen,
        settings=parse_settings(options.settings, list(chosen.values())),
        usage=options.usage,
    )


def normalize_client_field(name: str, text: str) -> str:
    """Check and normalize a field of the client. Raises `UsageError`."""
    try:
        return str(CHECKS[name](text.strip()))
    except PydanticCustomError as error:
        hint = str((error.context or {}).get("hint", ""))
        raise UsageError(f"{name}: {error.message()}", hint=hint) from None


def default_company(client_id: str) -> str:
    """Derive a company name from the client's ID."""
    return client_id.replace("-", " ").title()


def default_domain(client_id: str) -> str:
    """Derive a placeholder domain from the client's ID."""
    return f"{client_id}.example"


def default_email(domain: str) -> str:
    """Derive a contact address from the domain."""
    return f"web@{domain}"


def find_template(name: str) -> Template:
    """Return a template by name. Raises `UsageError`."""
    known = list_templates()
    if name not in known:
        raise UsageError(f"there is no template {name!r}", hint=did_you_mean(name, known))
    return known[name]


def find_provider(kind: Kind, name: str) -> str:
    """Return the canonical name of a provider of this kind. Raises `UsageError`."""
    names = providers_of_kind(kind)
    provider = providers.resolve_name(name)
    if provider not in names:
        raise UsageError(f"there is no {kind} provider {name!r}", hint=did_you_mean(name, names))
    return provider


def rank_engines(chosen: Mapping[Kind, str]) -> list[EngineOption]:
    """List all site generators, the most compatible with the providers first."""
    compatibility = {
        name: assess_compatibility(
            name, cms=chosen.get(Kind.CMS), ecommerce=chosen.get(Kind.COMMERCE)
        )
        for name in engines.starter_engine_names()
    }
    ranked = sorted(compatibility, key=lambda name: -compatibility[name].score)
    return [
        EngineOption(name, engines.load_engine(name).label, compatibility[name].reason)
        for name in ranked
    ]


def choose_mode(name: str | None, chosen: Mapping[Kind, str]) -> str:
    """Return the integration mode: two providers need events, one is built directly.

    Raises `UsageError`.
    """
    if name is None:
        return IntegrationMode.EVENT_DRIVEN if len(chosen) > 1 else IntegrationMode.DIRECT
    if name not in set(IntegrationMode):
        raise UsageError(f"there is no mode {name!r}", hint=did_you_mean(name, IntegrationMode))
    return name


def parse_settings(assignments: Iterable[str], names: list[str]) -> dict[str, dict[str, Any]]:
    """Parse `key=value` and `provider.key=value` into settings by provider.

    Raises `UsageError` for a key that none or several of the providers have.
    """
    settings: dict[str, dict[str, Any]] = {name: {} for name in names}
    for assignment in assignments:
        left, equals, value = assignment.partition("=")
        prefix, dot, key = left.rpartition(".")
        owners = [
            name
            for name in names
            if (providers.resolve_name(prefix) == name if dot else left in _setting_names(name))
        ]
        if not equals or len(owners) != 1:
            known = [f"{name}.{key}" for name in names for key in _setting_names(name)]
            raise UsageError(
                f"no provider of this client has the setting {left!r}",
                hint=f"KEY=VALUE with KEY one of: {', '.join(known)}" if known else "",
            )
        settings[owners[0]][key] = value
    return settings


def _choose_providers(options: ClientOptions, template: Template) -> dict[Kind, str]:
    chosen = {}
    for kind in Kind:
        name = options.providers.get(kind)
        if name is not None:
            chosen[kind] = find_provider(kind, name)
        elif kind in template.needs:
            names = ", ".join(providers_of_kind(kind))
            raise UsageError(
                f"the template {options.template} needs a {kind} provider", hint=f"one of: {names}"
            )
    return chosen


def _setting_names(provider: str) -> list[str]:
    return list(providers.load_settings(provider).Settings.model_fields)
