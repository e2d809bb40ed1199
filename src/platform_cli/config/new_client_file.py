"""Write the file of a new client, with comments for the person who edits it next."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from platform_cli import engines
from platform_cli.config.document import resolve_scalar
from platform_cli.config.schema import MODELINE
from platform_core import providers
from platform_core.provider import Kind

NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9][\w ./@+-]*[\w./@+-]|[A-Za-z0-9]")
"""Text that needs no quotes anywhere in YAML."""

EXAMPLE_COMMENT: Final = "# example: replace with your value"
"""Marks a setting whose value is an example; see `example_settings`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A preset for a new client: its tier, the kinds of provider, and optionally the engine."""

    tier: str
    management_model: str | None
    needs: tuple[Kind, ...]
    summary: str
    engine: str | None = None


PROVIDER_TEMPLATES: Mapping[str, Template] = {
    "tier1-self-managed": Template("tier1", "self_managed", (Kind.CMS,), "a site with a CMS"),
    "tier1-composed": Template(
        "tier1", "self_managed", (Kind.CMS, Kind.COMMERCE), "a CMS and a shop on one site"
    ),
    "tier2-business": Template(
        "tier2", None, (Kind.CMS, Kind.COMMERCE), "a CMS and a shop, managed as a business site"
    ),
}
"""Templates with providers (E-09..E-11)."""


def list_templates() -> dict[str, Template]:
    """Return all templates: those with providers and the fixed services of single engines."""
    service_templates = {
        engine.service[0]: Template("tier1", "self_managed", (), engine.service[1], engine.name)
        for engine in map(engines.load_engine, engines.engine_names())
        if engine.service
    }
    return {**PROVIDER_TEMPLATES, **service_templates}


@dataclass(frozen=True, slots=True)
class NewClientFile:
    """The contents of a new client's file."""

    client_id: str
    company: str
    domain: str
    email: str
    engine: str
    mode: str
    tier: str
    management_model: str | None
    providers: Mapping[Kind, str]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings by provider name."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """Monthly usage; the file omits an empty one."""
    site: Mapping[str, Any] = field(default_factory=dict)
    """Source and build of the site. By default, the source is the client's folder."""

    def render(self) -> str:
        """Render the YAML with comments for a first-time reader."""
        lines = [
            "schema_version: 1",
            f"client_id: {format_scalar(self.client_id)}",
            f"company_name: {format_scalar(self.company)}",
            f"domain: {format_scalar(self.domain)}",
            f"contact_email: {format_scalar(self.email)}",
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
        for kind, name in self.providers.items():
            lines += [f"  {kind}_config:", f"    provider: {name}", *self._render_settings(name)]
        if self.usage:
            figures = ", ".join(
                f"{key}: {format_scalar(value)}" for key, value in self.usage.items()
            )
            lines += ["", f"usage: {{{figures}}}   # per month; used by `platform cost`"]
        lines += [
            "",
            *self._render_site(),
            "",
            "# Overrides for one environment:",
            "# environments:",
            f"#   staging: {{domain: staging.{self.domain}}}",
        ]
        return MODELINE + "\n".join(lines) + "\n"

    def _render_site(self) -> list[str]:
        if not self.site:
            comment = "# the folder clients/ID/; or git with a repository"
            return [f"site: {{source: local}}              {comment}"]
        return ["site:", *(f"  {key}: {format_scalar(self.site[key])}" for key in self.site)]

    def placeholder_settings(self) -> list[str]:
        """Return the settings without a value; the file contains an example for each."""
        return [
            f"{name}.{key}"
            for name in self.providers.values()
            for key in required_settings(name)
            if key not in self.settings.get(name, {})
        ]

    def _render_settings(self, name: str) -> list[str]:
        settings = self.settings.get(name, {})
        values = {**{key: settings.get(key) for key in required_settings(name)}, **settings}
        if not values:
            return []
        lines = ["    settings:"]
        for key, value in values.items():
            if value is None:
                placeholder = format_scalar(example_value(name, key))
                lines.append(f"      {key}: {placeholder}  {EXAMPLE_COMMENT}")
            else:
                lines.append(f"      {key}: {format_scalar(value)}")
        return lines


def required_settings(provider: str) -> dict[str, str]:
    """Return the required settings of a provider with their descriptions."""
    infos = providers.load_settings(provider).Settings.model_fields
    return {key: info.description or "" for key, info in infos.items() if info.is_required()}


def example_value(provider: str, key: str) -> str:
    """Return an example in the format of the setting."""
    examples = providers.load_settings(provider).Settings.model_fields[key].examples
    return str(examples[0]) if examples else "CHANGE-ME"


def format_scalar(value: Any) -> str:
    """Format a value for YAML. Quotes text that YAML would read as another type."""
    if not isinstance(value, str):
        return json.dumps(value)
    bare = NEEDS_NO_QUOTES.fullmatch(value) and isinstance(resolve_scalar(value), str)
    return value if bare else json.dumps(value, ensure_ascii=False)
