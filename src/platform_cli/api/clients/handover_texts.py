"""The texts of an export: the steps of the new owner, and the names of the secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from platform_cli.config.model import ClientServiceConfig

STEPS_FILE: Final = "README.md"
SECRETS_FILE: Final = "secrets.env.example"
CONTENT_FILE: Final = "content.json"


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A secret that the client needs, without its value."""

    provider: str
    name: str
    variable: str
    """The name that `platform secrets import` reads."""
    purpose: str
    required: bool


def list_steps(config: ClientServiceConfig) -> list[str]:
    """Return the steps that move a client to another account, in order."""
    client, site = config.client_id, config.site
    steps = ["Install platform, and sign in to the new AWS account."]
    bound = [
        f"site.{name}"
        for name in ("hosted_zone_id", "hosted_zone_name", "certificate_arn")
        if getattr(site, name)
    ] + [name for name in ("notify_email",) if getattr(config, name)]
    if bound:
        steps.append(
            f"In `clients/{client}.yaml`, change or remove what belongs to the former owner: "
            f"{', '.join(f'`{name}`' for name in bound)}."
        )
    if site.repository:
        steps.append(f"Get access to the site's repository, `{site.repository}`: it is not here.")
    return [
        *steps,
        f"`platform validate {client}`, then `platform deploy {client}`. The content is read from "
        "the vendors; `content.json` is there to compare it.",
        f"Rename `{SECRETS_FILE}` to `secrets.env`, fill it with new values of the vendors, run "
        f"`platform secrets import {client} secrets.env`, and delete it.",
        f"`platform webhooks register {client}`, and switch the former webhooks off.",
        f"`platform sync {client}`, for a client in event-driven mode.",
        f"In the former account, end the use of {config.domain}: CloudFront accepts a domain for "
        "one distribution only.",
        f"`platform domain records {client}`, change the DNS, `platform domain verify {client}`.",
        f"`platform status {client}`. Then the former owner runs `platform destroy {client}`.",
    ]


def render_steps(
    config: ClientServiceConfig, steps: Sequence[str], *, version: str, items: int | None
) -> str:
    """Return the page that explains the export."""
    content = (
        f"the {items} public items of the live release"
        if items is not None
        else "missing: the client has no live release"
    )
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return f"""# Handover of {config.company_name}

This folder is a workspace of platform with one client, `{config.client_id}` ({config.environment}).
Version {version} exported it.

| file | contents |
|---|---|
| `clients/{config.client_id}.yaml` | the client's file, unchanged |
| `clients/{config.client_id}/` | the source of its site, without `.env` files |
| `{SECRETS_FILE}` | the names of the secrets; no value |
| `{CONTENT_FILE}` | {content} |

Not included: values of secrets; deliveries, their bodies and the logs, which can hold personal data
of customers; earlier releases; accounts at vendors; DNS.

## Steps

{numbered}
"""


def render_secret_names(secrets: Sequence[NamedSecret]) -> str:
    """Return a dotenv file without values, which `platform secrets import` reads once filled."""
    lines = ["# Fill the values, import the file, and delete it."]
    for secret in secrets:
        need = "" if secret.required else " (optional)"
        # An optional secret without a value would be refused.
        prefix = "" if secret.required else "# "
        lines += ["", f"# {secret.provider}: {secret.purpose}{need}", f"{prefix}{secret.variable}="]
    return "\n".join(lines) + "\n"
