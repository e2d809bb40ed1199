"""Choose how content reaches an adopted site: from its repository, or from its CMS."""

import re
from collections.abc import Collection
from typing import Any, Final

from platform_cli.adopt.report import AdoptionReport
from platform_cli.adopt.variables import VariableKind
from platform_cli.config.fields import RESERVED_VARIABLE
from platform_core import providers
from platform_core.contract import build_secret_variable
from platform_core.provider import Kind

REPOSITORY: Final = "repository"
READ_TOKEN: Final = "read_token"  # noqa: S105 - the name of a secret
NOT_FOR_A_BUILD: Final = re.compile(r"WEBHOOK|MANAGE|CMA|WRITE|ADMIN|PREVIEW|DRAFT|REVALIDAT")
"""Secrets of the former host's functions, of editors and of drafts."""


def choose_content(report: AdoptionReport) -> dict[str, Any]:
    """Return `content` and, for `api`, the secrets that the build reads; empty without a CMS.

    The site keeps the names of its variables.
    """
    cms = report.chosen_providers.get(Kind.CMS)
    if cms is None:
        return {}
    if report.content == "source":
        return {"content": "source"} if REPOSITORY in cms.settings else {}
    secrets: dict[str, str] = {}
    for kind, provider in report.chosen_providers.items():
        for variable in _find_secret_variables(report, provider.name):
            name = _choose_name(kind, provider.name, variable, secrets)
            secrets.setdefault(f"{provider.name}.{name}", variable)
    written = [_write(secret, variable) for secret, variable in secrets.items()]
    return {"content": "api", **({"build_secrets": written} if written else {})}


def _find_secret_variables(report: AdoptionReport, provider: str) -> list[str]:
    """Return the variables that the build reads, and whose name says the vendor."""
    vendor = _vendor(provider).upper()
    return [
        variable.name
        for variable in report.variables
        if variable.kind is VariableKind.SECRET
        and vendor in variable.name.upper()
        and not NOT_FOR_A_BUILD.search(variable.name.upper())
        and not RESERVED_VARIABLE.fullmatch(variable.name)
    ]


def _choose_name(kind: Kind, provider: str, variable: str, chosen: Collection[str]) -> str:
    """Return the name of the secret: for a CMS, first the token that its manifest names.

    A shop has other tokens for pages than for us.
    """
    needs = [need.name for need in providers.load_manifest(provider).needs.secrets]
    is_first = f"{provider}.{READ_TOKEN}" not in chosen
    if kind is Kind.CMS and READ_TOKEN in needs and is_first:
        return READ_TOKEN
    words = re.findall(r"[a-z0-9]+", variable.lower())
    name = "_".join(word for word in words if word != _vendor(provider))
    return name if re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) else "token"


def _write(secret: str, variable: str) -> str:
    """Return an entry of `site.build_secrets`."""
    default = build_secret_variable(*secret.split("."))
    return secret if variable == default else f"{secret} as {variable}"


def _vendor(provider: str) -> str:
    """Return the word of a vendor in names of variables, such as `shopify` of `shopify_basic`."""
    return provider.partition("_")[0]
