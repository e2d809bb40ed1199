"""A new client's file, written for the person who will edit it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platform_cli import engines
from platform_cli.config.document import resolve
from platform_cli.config.schema import MODELINE
from platform_core import providers
from platform_core.provider import Kind

BARE = re.compile(r"[A-Za-z0-9][\w ./@+-]*[\w./@+-]|[A-Za-z0-9]")
"""What needs no quotes in YAML, whatever stands around it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A way to begin: a tier, which providers it takes, and the engine where that is fixed."""

    tier: str
    management_model: str | None
    needs: tuple[Kind, ...]
    summary: str
    engine: str | None = None


TEMPLATES: Mapping[str, Template] = {
    "tier1-self-managed": Template("tier1", "self_managed", (Kind.CMS,), "a site with a CMS"),
    "tier1-composed": Template(
        "tier1", "self_managed", (Kind.CMS, Kind.COMMERCE), "a CMS and a shop on one site"
    ),
    "tier2-business": Template(
        "tier2", None, (Kind.CMS, Kind.COMMERCE), "the same, looked after as a business site"
    ),
}
"""With providers (E-09..E-11)."""


def templates() -> dict[str, Template]:
    """Every way to begin: with providers, and the fixed services of single engines."""
    fixed = {
        each.service[0]: Template("tier1", "self_managed", (), each.service[1], each.name)
        for each in map(engines.engine, engines.names())
        if each.service
    }
    return {**TEMPLATES, **fixed}


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a new client's file says."""

    client_id: str
    company: str
    domain: str
    email: str
    engine: str
    mode: str
    tier: str
    management_model: str | None
    chosen: Mapping[Kind, str]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By provider."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """What is known of a month; empty: the file leaves it out."""

    def text(self) -> str:
        """The YAML, with the words that a newcomer to the file needs."""
        lines = [
            "schema_version: 1",
            f"client_id: {scalar(self.client_id)}",
            f"company_name: {scalar(self.company)}",
            f"domain: {scalar(self.domain)}",
            f"contact_email: {scalar(self.email)}",
            "environment: prod                  # dev | staging | prod",
            f"service_tier: {self.tier}",
        ]
        if self.management_model:
            lines.append(f"management_model: {self.management_model}")
        lines += [
            "",
            "service_integration:",
            f"  integration_mode: {self.mode}",
            f"  ssg_engine: {self.engine}",
        ]
        for kind, name in self.chosen.items():
            lines += [f"  {kind}_config:", f"    provider: {name}", *self._settings(name)]
        if self.usage:
            known = ", ".join(f"{key}: {scalar(value)}" for key, value in self.usage.items())
            lines += ["", f"usage: {{{known}}}   # a month, for `platform cost`"]
        lines += [
            "",
            "site: {source: local}              # this client's folder; or git, with a repository",
            "",
            "# What differs in an environment, laid over the rest:",
            "# environments:",
            f"#   staging: {{domain: staging.{self.domain}}}",
        ]
        return MODELINE + "\n".join(lines) + "\n"

    def examples(self) -> list[str]:
        """Settings that nobody gave: the file holds an example in their place."""
        return [
            f"{name}.{key}"
            for name in self.chosen.values()
            for key in required(name)
            if key not in self.settings.get(name, {})
        ]

    def _settings(self, name: str) -> list[str]:
        given = self.settings.get(name, {})
        values = {**{key: given.get(key) for key in required(name)}, **given}
        if not values:
            return []
        lines = ["    settings:"]
        for key, value in values.items():
            if value is None:
                lines.append(f"      {key}: {scalar(example(name, key))}  # an example: yours here")
            else:
                lines.append(f"      {key}: {scalar(value)}")
        return lines


def required(provider: str) -> dict[str, str]:
    """The settings that a provider cannot do without, and what each is."""
    fields = providers.load_settings(provider).Settings.model_fields
    return {key: each.description or "" for key, each in fields.items() if each.is_required()}


def example(provider: str, key: str) -> str:
    """A value of the right form."""
    examples = providers.load_settings(provider).Settings.model_fields[key].examples
    return str(examples[0]) if examples else "CHANGE-ME"


def scalar(value: Any) -> str:
    """A value as YAML reads it back; text keeps being text."""
    if not isinstance(value, str):
        return json.dumps(value)
    bare = BARE.fullmatch(value) and isinstance(resolve(value), str)
    return value if bare else json.dumps(value, ensure_ascii=False)
