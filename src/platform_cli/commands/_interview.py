"""What `new-client` has to know: from its options, by asking, or by a sensible default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from platform_cli import engines
from platform_cli.config import fields
from platform_cli.config.draft import Draft, Template, example, required, templates
from platform_cli.config.model import IntegrationMode, of_kind
from platform_cli.errors import UsageError
from platform_cli.resolve.compatibility import assess
from platform_cli.session import Session
from platform_cli.spelling import near
from platform_core import providers
from platform_core.provider import Kind

OPTIONS = {Kind.CMS: "--cms", Kind.COMMERCE: "--commerce"}
QUESTIONS = {
    Kind.CMS: "Where will articles and pages be written?",
    Kind.COMMERCE: "Where will products be sold?",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the options said; None where they were silent."""

    client_id: str | None
    template: str | None
    chosen: Mapping[Kind, str | None]
    engine: str | None
    mode: str | None
    domain: str | None
    company: str | None
    email: str | None
    settings: list[str]


def interview(session: Session, given: Answers) -> Draft:
    """Everything a new client's file says."""
    client_id = _text(session, "The client's id", "ID", given.client_id, None, fields.client_id)
    template = _template(session, given)
    chosen = {
        kind: name
        for kind in Kind
        if (name := _provider(session, kind, given.chosen[kind], kind in template.needs))
    }
    engine = _engine(session, given.engine or template.engine, chosen)
    company = _text(
        session, "The company's name", "--company", given.company, _words(client_id), str
    )
    domain = _text(
        session, "Its domain", "--domain", given.domain, f"{client_id}.example", fields.domain
    )
    email = _text(
        session, "Whom to write to", "--email", given.email, f"web@{domain}", fields.email
    )
    return Draft(
        client_id=client_id,
        company=company,
        domain=domain,
        email=email,
        engine=engine,
        mode=_mode(given.mode, chosen),
        tier=template.tier,
        management_model=template.management_model,
        chosen=chosen,
        settings=_settings(session, chosen, given.settings),
    )


def _text(
    session: Session,
    question: str,
    flag: str,
    given: str | None,
    default: str | None,
    check: Any,
) -> str:
    """A checked line: given, asked for, or the default where nobody can be asked."""

    def complaint(answer: str) -> tuple[str, str] | None:
        try:
            check(answer.strip())
        except PydanticCustomError as error:
            return error.message(), str((error.context or {}).get("hint", ""))
        return None

    def wrong(answer: str) -> str | None:
        return ": ".join(filter(None, complaint(answer) or ())) or None

    if given is None and default is not None and not session.screen.interactive:
        given = default
    if given is None:
        given = session.screen.ask(question, flag=flag, default=default or "", check=wrong)
    found = complaint(given)
    if found:
        raise UsageError(f"{flag}: {found[0]}", hint=found[1])
    return str(check(given.strip()))


def _template(session: Session, given: Answers) -> Template:
    """Where a tier or providers are named, nothing is asked."""
    name, known = given.template, templates()
    if name is None and not any(given.chosen.values()) and session.screen.interactive:
        choices = {key: f"{key}: {each.summary}" for key, each in known.items()}
        name = session.screen.choose("What will it be?", choices, flag="--template")
    if name is None:
        return Template("tier1", "self_managed", (), "")
    if name not in known:
        raise UsageError(f"there is no template {name!r}", hint=near(name, known))
    return known[name]


def _provider(session: Session, kind: Kind, given: str | None, needed: bool) -> str | None:
    names = of_kind(kind)
    if given is None and needed:
        labels = {
            name: f"{providers.load_manifest(name).label}: {providers.load_manifest(name).summary}"
            for name in names
        }
        given = session.screen.choose(QUESTIONS[kind], labels, flag=f"{OPTIONS[kind]} NAME")
    if given is None:
        return None
    name = providers.resolve_name(given)
    if name not in names:
        raise UsageError(f"there is no {kind} provider {given!r}", hint=near(given, names))
    return name


def _engine(session: Session, given: str | None, chosen: Mapping[Kind, str]) -> str:
    """Asked for in the order of fitness; the fittest where nobody can be asked."""
    if given is not None:
        return engines.engine(given).name
    fit = {
        name: assess(name, cms=chosen.get(Kind.CMS), ecommerce=chosen.get(Kind.COMMERCE))
        for name in engines.names()
    }
    ordered = sorted(fit, key=lambda name: -fit[name].score)
    if not session.screen.interactive:
        return ordered[0]
    choices = {name: f"{engines.engine(name).label}: {fit[name].reason}" for name in ordered}
    return session.screen.choose("Which generator builds the pages?", choices, flag="--engine")


def _mode(given: str | None, chosen: Mapping[Kind, str]) -> str:
    """Two providers are composed by events; one is built directly."""
    if given is None:
        return IntegrationMode.EVENT_DRIVEN if len(chosen) > 1 else IntegrationMode.DIRECT
    if given not in set(IntegrationMode):
        raise UsageError(f"there is no mode {given!r}", hint=near(given, IntegrationMode))
    return given


def _settings(
    session: Session, chosen: Mapping[Kind, str], given: list[str]
) -> dict[str, dict[str, Any]]:
    """By provider: what `--setting` said, and what was asked for beyond that."""
    settings: dict[str, dict[str, Any]] = {name: {} for name in chosen.values()}
    for each in given:
        provider, key, value = _assignment(each, list(chosen.values()))
        settings[provider][key] = value
    if session.screen.interactive:
        for name in chosen.values():
            label = providers.load_manifest(name).label
            for key, about in required(name).items():
                if key not in settings[name]:
                    settings[name][key] = session.screen.ask(
                        f"{label}, {key}{f' ({about})' if about else ''}",
                        flag=f"--setting {key}=VALUE",
                        default=example(name, key),
                    )
    return settings


def _assignment(text: str, names: list[str]) -> tuple[str, str, str]:
    """`key=value` or `provider.key=value`."""
    left, equals, value = text.partition("=")
    prefix, dot, key = left.rpartition(".")
    owners = [
        name
        for name in names
        if (providers.resolve_name(prefix) == name if dot else left in _fields(name))
    ]
    if not equals or len(owners) != 1:
        known = [f"{name}.{each}" for name in names for each in _fields(name)]
        raise UsageError(
            f"--setting: no provider of this client has {left!r}",
            hint=f"KEY=VALUE with KEY one of: {', '.join(known)}" if known else "",
        )
    return owners[0], key, value


def _fields(provider: str) -> list[str]:
    return list(providers.load_settings(provider).Settings.model_fields)


def _words(client_id: str) -> str:
    return client_id.replace("-", " ").title()
