"""The interview of `new-client`: asks for the options that are missing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from platform_cli.api.clients.drafts import (
    DEFAULT_TEMPLATE,
    ClientOptions,
    choose_mode,
    default_company,
    default_domain,
    default_email,
    find_provider,
    find_template,
    normalize_client_field,
    parse_settings,
    rank_engines,
)
from platform_cli.config.model import providers_of_kind
from platform_cli.config.new_client_file import (
    Template,
    example_value,
    list_templates,
    required_settings,
)
from platform_cli.engines import load_engine as find_engine
from platform_cli.errors import UsageError
from platform_cli.screen import Screen
from platform_core import providers
from platform_core.provider import Kind

PROVIDER_OPTIONS: Final = {Kind.CMS: "--cms", Kind.COMMERCE: "--commerce"}
PROVIDER_QUESTIONS: Final = {
    Kind.CMS: "Which CMS will hold the articles and pages?",
    Kind.COMMERCE: "Which shop will sell the products?",
}


def ask_missing_options(screen: Screen, options: ClientOptions) -> ClientOptions:
    """Ask for the missing options of a new client.

    Without a terminal, defaults apply; an option without a default raises `UsageError`. Options
    that are set are checked before the first question that depends on them.
    """
    client_id = _ask_text(screen, "client_id", options.client_id, "ID of the client:", flag="ID")
    template_name, template = _ask_template(screen, options)
    chosen = _ask_providers(screen, options, template)
    engine = _ask_engine(screen, options.engine or template.engine, chosen)
    company = _ask_text(
        screen, "company", options.company, "Company name:", flag="--company",
        default=default_company(client_id),
    )  # fmt: skip
    domain = _ask_text(
        screen, "domain", options.domain, "Domain:", flag="--domain",
        default=default_domain(client_id),
    )  # fmt: skip
    email = _ask_text(
        screen, "email", options.email, "Contact e-mail address:", flag="--email",
        default=default_email(domain),
    )  # fmt: skip
    return replace(
        options,
        client_id=client_id,
        template=template_name,
        providers=chosen,
        engine=engine,
        mode=choose_mode(options.mode, chosen),
        company=company,
        domain=domain,
        email=email,
        settings=_ask_settings(screen, options.settings, list(chosen.values())),
    )


def _ask_text(
    screen: Screen, field: str, value: str | None, question: str, *, flag: str, default: str = ""
) -> str:
    """Return a checked field: the option, the answer, or the default without a terminal."""
    if value is None and default and not screen.interactive:
        value = default
    if value is None:
        value = screen.ask(question, flag=flag, default=default, check=_make_field_validator(field))
    return normalize_client_field(field, value)


def _make_field_validator(field: str) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        try:
            normalize_client_field(field, text)
        except UsageError as error:
            finding = error.findings[0]
            return ": ".join(filter(None, (finding.message, finding.hint)))
        return None

    return check


def _ask_template(screen: Screen, options: ClientOptions) -> tuple[str | None, Template]:
    # A named provider already says what kind of site this is, so there is no question then.
    name = options.template
    if name is None and not any(options.providers.values()) and screen.interactive:
        choices = {key: f"{key}: {template.summary}" for key, template in list_templates().items()}
        name = screen.choose("Which kind of site is it?", choices, flag="--template")
    return name, DEFAULT_TEMPLATE if name is None else find_template(name)


def _ask_providers(screen: Screen, options: ClientOptions, template: Template) -> dict[Kind, str]:
    chosen = {}
    for kind in Kind:
        name = options.providers.get(kind)
        if name is None and kind in template.needs:
            name = screen.choose(
                PROVIDER_QUESTIONS[kind],
                {
                    manifest.name: f"{manifest.label}: {manifest.summary}"
                    for manifest in map(providers.load_manifest, providers_of_kind(kind))
                },
                flag=f"{PROVIDER_OPTIONS[kind]} NAME",
            )
        if name is not None:
            chosen[kind] = find_provider(kind, name)
    return chosen


def _ask_engine(screen: Screen, name: str | None, chosen: Mapping[Kind, str]) -> str:
    """Return the engine; without a terminal, the most compatible one."""
    if name is not None:
        return find_engine(name).name
    ranked = rank_engines(chosen)
    if not screen.interactive:
        return ranked[0].name
    choices = {option.name: f"{option.label}: {option.reason}" for option in ranked}
    return screen.choose("Which site generator builds the pages?", choices, flag="--engine")


def _ask_settings(
    screen: Screen, assignments: tuple[str, ...], names: list[str]
) -> tuple[str, ...]:
    """Ask for the required settings of the providers that are not set yet."""
    settings = parse_settings(assignments, names)
    if not screen.interactive:
        return assignments
    answers = []
    for name in names:
        label = providers.load_manifest(name).label
        for key, description in required_settings(name).items():
            if key not in settings[name]:
                details = f" ({description})" if description else ""
                answer = screen.ask(
                    f"{label}, {key}{details}:",
                    flag=f"--setting {key}=VALUE",
                    default=example_value(name, key),
                )
                answers.append(f"{name}.{key}={answer}")
    return (*assignments, *answers)
