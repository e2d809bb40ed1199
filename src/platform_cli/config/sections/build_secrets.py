"""The secrets that builds get: `site.build_secrets` and `preview.build_secrets`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AfterValidator

from platform_cli.config.fields import check_variable_name, invalid_value
from platform_core import providers
from platform_core.contract import DRAFTS_TOKEN, MANAGE_PREFIX, build_secret_variable
from platform_core.webhooks.request import WEBHOOK_SECRET

_BUILD_SECRET: Final = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]{0,63})( as (\S+))?")


@dataclass(frozen=True, slots=True)
class BuildSecret:
    """A secret of a build, and the environment variable that holds it."""

    provider: str
    name: str
    variable: str


def parse_build_secret(text: str) -> BuildSecret:
    """Parse `PROVIDER.read_token`, or `PROVIDER.read_token as API_TOKEN`.

    Without a name of its own, the variable is PROVIDER_READ_TOKEN in capitals.
    """
    match = _BUILD_SECRET.fullmatch(text)
    if match is None:
        raise invalid_value(
            f"{text!r} names no secret of a provider",
            "write PROVIDER.NAME, or PROVIDER.NAME as VARIABLE",
        )
    provider, name, _, variable = match.groups()
    provider = providers.resolve_name(provider) or provider
    if name == WEBHOOK_SECRET or name.startswith(MANAGE_PREFIX):
        raise invalid_value(
            f"{text} is never given to a build: it proves deliveries or manages webhooks",
            "use a token that can only read",
        )
    return BuildSecret(
        provider, name, check_variable_name(variable or build_secret_variable(provider, name))
    )


def _check_text(text: str) -> str:
    parse_build_secret(text)
    return text


BuildSecretText = Annotated[str, AfterValidator(_check_text)]
"""PROVIDER.NAME, or PROVIDER.NAME as VARIABLE"""


def check_build_secrets(
    content: str,
    written: Collection[str],
    env: Collection[str],
    provider_names: Collection[str],
    *,
    field: Literal["site", "preview"],
) -> None:
    """Check that each secret belongs to a provider of the client, and has a variable of its own.

    `field` has the list: builds of the live site never get a token that reads drafts.
    """
    if written and content != "api":
        raise invalid_value(
            "build_secrets requires content: api",
            "add content: api; a site that reads content.json needs no secret",
            field=field,
        )
    if content == "api" and not provider_names:
        raise invalid_value(
            "content: api requires a provider, whose webhooks start the builds",
            "add cms_config or ecommerce_config",
            field=field,
        )
    variables, names = set(env), set[tuple[str, str]]()
    for secret in map(parse_build_secret, written):
        name = (secret.provider, secret.name)
        _check_owner(secret, provider_names, field)
        if secret.variable in variables or name in names:
            raise invalid_value(
                f"{'.'.join(name)}: the build would have this secret, or the variable "
                f"{secret.variable}, twice",
                "state each once in env and build_secrets",
                field=field,
            )
        variables.add(secret.variable)
        names.add(name)


def _check_owner(secret: BuildSecret, provider_names: Collection[str], field: str) -> None:
    name = f"{secret.provider}.{secret.name}"
    if secret.name == DRAFTS_TOKEN and field == "site":
        raise invalid_value(
            f"{name} reads unpublished content, which never goes live",
            "name it in preview.build_secrets",
            field=field,
        )
    if secret.provider not in provider_names:
        raise invalid_value(
            f"{name}: {secret.provider} is no provider of this client",
            f"it has: {', '.join(provider_names)}",
            field=field,
        )
