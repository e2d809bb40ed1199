"""The secrets that a site's build gets: `site.build_secrets` of a client's file."""

from collections.abc import Collection

from platform_cli.config.fields import invalid_value
from platform_cli.config.site import SiteConfig
from platform_core import providers
from platform_core.contract import MANAGE_PREFIX, build_secret_variable
from platform_core.webhooks.request import WEBHOOK_SECRET


def check_build_secrets(site: SiteConfig, provider_names: Collection[str]) -> None:
    """Check that each secret belongs to a provider of the client and may be given to a build."""
    if site.build_secrets and site.content != "api":
        raise invalid_value(
            "build_secrets requires content: api",
            "add content: api; a site that reads content.json needs no secret",
            field="site",
        )
    if site.content == "api" and not provider_names:
        raise invalid_value(
            "content: api requires a provider, whose webhooks start the builds",
            "add cms_config or ecommerce_config",
            field="site",
        )
    variables: dict[str, str] = {}
    for written in site.build_secrets:
        _check_secret(written, provider_names)
        variable = build_secret_variable(*split_build_secret(written))
        if variable in site.env:
            raise invalid_value(
                f"{variable} is set by env and by build_secrets", "remove it from env", field="site"
            )
        other = variables.setdefault(variable, written)
        if list(site.build_secrets).count(written) > 1 or other != written:
            raise invalid_value(
                f"{written} and {other} give the build the same variable, {variable}",
                "remove one of them",
                field="site",
            )


def split_build_secret(written: str) -> tuple[str, str]:
    """Split `sanity.read_token` into the provider's own name and the secret's name."""
    provider, _, name = written.partition(".")
    return providers.resolve_name(provider) or provider, name


def _check_secret(written: str, provider_names: Collection[str]) -> None:
    provider, name = split_build_secret(written)
    if provider not in provider_names:
        raise invalid_value(
            f"{written}: {provider} is no provider of this client",
            f"it has: {', '.join(provider_names)}",
            field="site",
        )
    if name == WEBHOOK_SECRET or name.startswith(MANAGE_PREFIX):
        raise invalid_value(
            f"{written} is never given to a build: it signs deliveries or manages webhooks",
            "use a token that can only read",
            field="site",
        )
